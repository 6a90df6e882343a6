/**
 * Drives real MCP hosts, offline, against a model server on loopback: `npm run test:hosts`. It installs them, and this package as a user
 * would, into a temporary folder (about 1.7 GB) and removes that at its end; it prints a table of hosts and what each was seen to do.
 *
 * `-- --only opencode`, `--only steer`: a part; `--keep` leaves what was installed there and says where, and `--in DIR` uses that; a folder
 * of `npm run test:agents` will do.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capabilities } from '../test/support/hosts/capabilities.js';
import { hosts } from '../test/support/hosts/setups/index.js';
import { inspector } from '../test/support/hosts/setups/inspector.js';
import { runMatrix } from './matrix/runMatrix.js';

/** This package, built apart from the checkout, so that nothing of it is disturbed or found by accident. */
function pack(directory: string): string {
  const folder = join(directory, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')], { stdio: 'inherit' });
  if (!existsSync(join(folder, 'dist/cli/index.js'))) throw new Error('This package could not be built.');
  for (const file of ['package.json', 'README.md', 'LICENSE']) copyFileSync(file, join(folder, file));
  const { stdout } = spawnSync('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], { cwd: folder, encoding: 'utf8' });
  return join(directory, stdout.trim().split('\n').at(-1)!);
}

function installOurs(directory: string): void {
  const folder = join(directory, 'sidestream');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const packages = [pack(directory), 'rxjs', 'zod', '@modelcontextprotocol/sdk', 'libsql'];
  const { status, stderr } = spawnSync('npm', ['install', '--prefix', folder, '--no-save', ...packages], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`This package cannot be installed: ${stderr.trim()}`);
}

runMatrix({
  name: 'hosts',
  columns: [...hosts, inspector].map(({ id, package: name, seen, postinstall, node }) =>
    ({ id, packages: [`${name}@${seen}`], postinstall, node })),
  rows: capabilities.map(({ id }) => id),
  spec: 'test/opt-in/hosts.spec.ts',
  prepare: installOurs,
});
