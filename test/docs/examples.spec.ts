import { spawn } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { transform } from 'esbuild';
import { builtCli } from '../support/cli/builtCli.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Example {
  readonly name: string;
  readonly code: string;
}

/** The `ts` fences of a page, or of the comments of a source file. */
function examplesOf(file: string, content: string): Example[] {
  const plain = file.endsWith('.md') ? content : content.replace(/^ *\* ?/gm, '');
  return [...plain.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ''], n) => ({ name: `${file} #${n + 1}`, code }));
}

/** What an example says that it prints: the comments behind what prints, line by line. */
const expectedOf = (code: string): string => [...code.matchAll(/console\.log.*?\/\/ (.*)$/gm)].map(([, said]) => said).join(', ');

/** Runs a file in a folder of its own, for what it may write. */
function runFile(path: string, cwd: string): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path], {
      cwd, env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'], timeout: 110_000,
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}

async function findExamples(): Promise<Example[]> {
  const sources = (await readdir(join(root, 'src'), { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
  const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).sort();
  const files = ['README.md', ...pages.map((name) => `docs/${name}`), ...sources.map((name) => `src/${name}`)];
  const found = await Promise.all(files.map(async (file) => examplesOf(file, await readFile(join(root, file), 'utf8'))));
  return found.flat();
}

const examples = await findExamples();
// As its user has it: the package that has been built, found by its name.
const built = builtCli();

describe('every example in the docs', () => {
  it('should be found', () => {
    expect(examples.length).toBeGreaterThan(10);
  });

  it.concurrent.each(examples.map((example, n) => ({ ...example, n })))('should run and print what it says: $name', async ({ code, n }) => {
    const path = built.path(`example-${n}.mjs`);
    await writeFile(path, (await transform(code, { loader: 'ts', target: 'es2022' })).code);
    const folder = built.path(`run-${n}`);
    await mkdir(join(folder, '.sidestream'), { recursive: true });
    await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
    const { code: exit, output, errors } = await runFile(path, folder);
    expect({ exit, errors }).toEqual({ exit: 0, errors: '' });
    expect(output.trimEnd().split('\n').join(', ')).toBe(expectedOf(code));
  });
});
