import { spawnSync } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What became of an attempt of a child. */
export interface Attempted {
  readonly name: string;
  readonly succeeded: boolean;
  /** Whether it came to an end of which something is known. */
  readonly isClear: boolean;
  readonly said: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const project = join(here, '../../..');

/**
 * Has a child try everything that is in the list, as a user, in bubblewrap or without a sandbox. Everything that is needed is in one
 * directory of that user's own, so that it matters to nobody where this repository is. Without a sandbox root tries nothing: it would work.
 */
export async function attemptsAs(uid: number, how: 'sandbox' | 'without'): Promise<readonly Attempted[]> {
  if (uid === 0 && how === 'without') throw new Error('Root tries this in a sandbox only: without one most of it works.');
  // Not below /tmp, which is the child's own in there.
  const directory = mkdtempSync('/var/tmp/sidestream-attempts-');
  const env = {
    ...process.env, HOME: directory, TMPDIR: '/tmp',
    SIDESTREAM_SECRET: `secret-${randomUUID()}`, SIDESTREAM_NAME: `sidestream-${randomUUID()}`,
    SIDESTREAM_KEY: String(randomInt(1, 2 ** 30)),
  };
  const script = join(directory, 'attempts.py');
  try {
    copyFileSync(join(here, 'attempts.py'), script);
    await build({
      entryPoints: [join(here, 'host.ts')], outfile: join(directory, 'host.mjs'), tsconfig: join(project, 'tsconfig.json'),
      bundle: true, platform: 'node', format: 'esm', target: 'es2022', logLevel: 'silent',
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    });
    for (const each of [directory, script, join(directory, 'host.mjs')]) chownSync(each, uid, uid);
    chmodSync(directory, 0o755);
    const host = [script, 'host', String(uid), process.execPath, join(directory, 'host.mjs'), directory, script, how];
    const { stdout, stderr } = spawnSync('/usr/bin/python3', host, { cwd: directory, encoding: 'utf8', env, maxBuffer: 2 ** 26 });
    const seen = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Attempted);
    if (seen.length === 0) throw new Error(`Nothing was tried as user ${uid}: ${stderr}`);
    return seen;
  } finally {
    spawnSync('/usr/bin/python3', [script, 'away'], { env });
    rmSync(directory, { recursive: true, force: true });
  }
}
