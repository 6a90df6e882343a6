/**
 * Drives real MCP hosts, offline, against a model server on loopback: `npm run test:hosts`. It installs them, and this package as a user
 * would, into a temporary folder (about 900 MB) and removes that at its end; `-- --keep` leaves it there and says where, and `-- --in DIR`
 * uses one that was left.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const HOSTS = ['opencode-ai@1.18.33', '@google/gemini-cli@0.61.0', '@anthropic-ai/claude-code@2.1.330'];

const { values: { keep = false, in: given } } = parseArgs({ options: { keep: { type: 'boolean' }, in: { type: 'string' } } });
const directory = given ?? mkdtempSync(join(tmpdir(), 'sidestream-hosts-'));

/** Installs, or answers with the last thing that npm said. */
function install(...packages: readonly string[]): string | undefined {
  console.log(`Installing ${packages.join(', ')} into ${directory} …`);
  const args = ['install', '--prefix', directory, '--ignore-scripts', ...packages];
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8' });
  return status === 0 ? undefined : stderr.trim().split('\n').at(-1) ?? 'npm failed';
}

/** This package, built apart from the checkout, so that nothing of it is disturbed or found by accident. */
function pack(): string {
  const folder = join(directory, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')], { stdio: 'inherit' });
  if (!existsSync(join(folder, 'dist/cli/index.js'))) throw new Error('This package could not be built.');
  for (const file of ['package.json', 'README.md', 'LICENSE']) copyFileSync(file, join(folder, file));
  const { stdout } = spawnSync('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], { cwd: folder, encoding: 'utf8' });
  return join(directory, stdout.trim().split('\n').at(-1)!);
}

try {
  const trouble = given === undefined ? install(...HOSTS) : undefined;
  if (trouble !== undefined) {
    console.log(`Skipped: the hosts cannot be installed here, so none was tried. ${trouble}`);
    process.exit(0);
  }
  // opencode brings its program by a script, and says itself how to run that alone.
  spawnSync(process.execPath, ['postinstall.mjs'], { cwd: join(directory, 'node_modules/opencode-ai'), stdio: 'inherit' });
  const ours = install(pack(), 'rxjs', 'zod', '@modelcontextprotocol/sdk');
  if (ours !== undefined) throw new Error(`This package cannot be installed: ${ours}`);
  const { status } = spawnSync('npm', ['run', '--silent', 'specs', '--', '--runTestsByPath', 'test/opt-in/hosts.spec.ts'], {
    stdio: 'inherit', env: { ...process.env, SIDESTREAM_OPT_IN: '1', SIDESTREAM_HOSTS: directory },
  });
  process.exitCode = status ?? 1;
} finally {
  if (keep || given !== undefined) console.log(`The hosts are in ${directory}; use them again with --in ${directory}`);
  else rmSync(directory, { recursive: true, force: true });
}
