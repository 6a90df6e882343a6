import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from '@jest/globals';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The package with its command, built apart from the checkout, for the specs of one file. */
export interface BuiltCli {
  /** The script for Node to run. */
  readonly script: string;
  /** A path in a directory that is there while the specs run. */
  path(...names: readonly string[]): string;
}

/** Builds the sources as they are, file by file. @param packages - the only ones that it can find; by default all that are installed */
export function builtCli(packages?: readonly string[]): BuiltCli {
  let root = '';
  beforeAll(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'sidestream-cli-')));
    const sources = (readdirSync(join(ROOT, 'src'), { recursive: true }) as string[]).filter((name) => name.endsWith('.ts'));
    await build({
      entryPoints: sources.map((name) => join(ROOT, 'src', name)), outbase: join(ROOT, 'src'), outdir: join(root, 'dist'), format: 'esm',
      logLevel: 'error',
    });
    cpSync(join(ROOT, 'package.json'), join(root, 'package.json'));
    if (packages === undefined) symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    for (const name of packages ?? []) {
      mkdirSync(dirname(join(root, 'node_modules', name)), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
    }
  });
  afterAll(() => { rmSync(root, { recursive: true, force: true, maxRetries: 5 }); });
  return {
    get script() { return join(root, 'dist/cli/index.js'); },
    path: (...names) => join(root, ...names),
  };
}
