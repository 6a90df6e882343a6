/**
 * Runs the specs of stores with each driver of SQLite that there is: `npm run test:sqlite`. What is not here it installs into a directory
 * of its own, other versions of Node included. What cannot be had is skipped, and said to be.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directory = mkdtempSync(join(tmpdir(), 'sidestream-drivers-'));
const skipped: string[] = [];

/** Installs a package into a directory of its own; answers with where its packages are. */
function install(what: string): string | undefined {
  const where = mkdtempSync(join(directory, 'driver-'));
  writeFileSync(join(where, 'package.json'), '{"private":true}');
  console.log(`Installing: npm install ${what}`);
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', what], { cwd: where, encoding: 'utf8' });
  if (status === 0) return join(where, 'node_modules');
  skipped.push(`${what} could not be installed. ${stderr.trim().split('\n').at(-1)}`);
  return undefined;
}

function run(driver: string, node: string, packages?: string): void {
  const env = { ...process.env, ...(packages !== undefined && { NODE_PATH: packages }) };
  const asked = spawnSync(node, ['--import', 'tsx', 'test/support/stores/whichDriver.ts'], { encoding: 'utf8', env });
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  if (asked.stdout.trim() !== driver) {
    skipped.push(`${driver} with Node ${version}: there is ${asked.stdout.trim() || asked.stderr.trim()} instead.`);
    return;
  }
  console.log(`${driver} with Node ${version}`);
  const { status } = spawnSync(node, [
    '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', '--runInBand', 'test/stores',
  ], { stdio: 'inherit', env });
  if (status !== 0) process.exitCode = 1;
}

try {
  run('libsql', process.execPath);
  const better = install('better-sqlite3@12');
  if (better !== undefined) run('better-sqlite3', process.execPath, better);
  for (const version of ['22', '24']) {
    const packages = install(`node@${version}`);
    const node = join(packages ?? '', 'node/bin/node');
    if (existsSync(node)) run('node:sqlite', node);
    else if (packages !== undefined) skipped.push(`Node ${version}: its package came without it.`);
  }
  for (const each of skipped) console.log(`Skipped: ${each}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
