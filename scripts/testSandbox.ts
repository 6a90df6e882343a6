/**
 * Tries the sandboxes with bubblewrap, which it installs where it can: `npm run test:sandbox`. It runs their specs, then has a child try
 * everything there is in a list, as root and as an ordinary user, and prints what came of each. Where bubblewrap cannot be had, or the
 * system does not let it work, it says that it skips, and why.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attemptsAs, type Attempted } from '../test/support/sandbox/attemptsAs.js';
import { bubblewrapTrouble } from '../test/support/sandbox/bubblewrapTrouble.js';
import { WHO } from '../test/support/sandbox/who.js';

/** Without a sandbox at least so many must work, or the attempts are none. */
const REAL = 40;

function install(...packages: readonly string[]): string | undefined {
  console.log(`Not here; installing: apt-get install ${packages.join(' ')}`);
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    const { error, status, stderr } = spawnSync('apt-get', args, { encoding: 'utf8' });
    if (status !== 0) return error?.message ?? stderr.trim();
  }
  return undefined;
}

let trouble = bubblewrapTrouble();
if (trouble?.includes('ENOENT') === true) trouble = install('bubblewrap') ?? bubblewrapTrouble();
if (trouble === undefined && !existsSync('/usr/bin/python3')) trouble = install('python3');
if (trouble === undefined) {
  const { status } = spawnSync('npm', ['run', '--silent', 'specs', '--', '--runInBand', 'test/processes/sandbox'], {
    stdio: 'inherit', env: { ...process.env, SIDESTREAM_REQUIRE_SANDBOX: '1' },
  });
  process.exitCode = status ?? 1;
  await tryAll();
  withDocker();
} else {
  console.log(`Skipped: bubblewrap cannot be used here, so no sandbox was tried. ${trouble}`);
}

/** The specs of docker, where its engine runs and an image can be made without a registry. */
function withDocker(): void {
  const { error, status, stderr } = spawnSync('docker', ['info'], { encoding: 'utf8' });
  if (status !== 0) {
    console.log(`Skipped: docker's engine does not run here. ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
    return;
  }
  const image = `sidestream-try:${process.pid}`;
  const pack = 'mkdir bin tmp && cp "$0" bin/busybox && for each in sh cat echo sleep; do ln -s busybox bin/$each; done'
    + ' && tar c . | docker import - "$1"';
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
  const directory = mkdtempSync(join(tmpdir(), 'sidestream-image-'));
  try {
    if (busybox === undefined || spawnSync('sh', ['-c', pack, busybox, image], { cwd: directory }).status !== 0) {
      console.log('Skipped: docker runs, but no image could be made for it. Install busybox-static: apt-get install busybox-static');
      return;
    }
    const ran = spawnSync('npm', ['run', '--silent', 'specs', '--', '--runTestsByPath', 'test/opt-in/docker.spec.ts'], {
      stdio: 'inherit', env: { ...process.env, SIDESTREAM_OPT_IN: '1', SIDESTREAM_DOCKER: image },
    });
    if (ran.status !== 0) process.exitCode = 1;
  } finally {
    spawnSync('docker', ['rmi', image]);
    rmSync(directory, { recursive: true });
  }
}

function markOf(attempted: Attempted | undefined): string {
  if (attempted === undefined) return '·';
  return attempted.succeeded ? 'DONE' : attempted.isClear ? 'refused' : 'unclear';
}

async function tryAll(): Promise<void> {
  const columns = new Map<string, ReadonlyMap<string, Attempted>>();
  const keep = (column: string, seen: readonly Attempted[]): void => {
    columns.set(column, new Map(seen.map((each) => [each.name, each])));
  };
  if (WHO.every(({ name }) => name !== 'root')) console.log('Skipped as root: this is run by an ordinary user.');
  for (const { name, uid } of WHO) {
    const why = bubblewrapTrouble(uid);
    if (why === undefined) keep(name, await attemptsAs(uid, 'sandbox'));
    else console.log(`Skipped as ${name}: bubblewrap cannot be used by user ${uid} here. ${why}`);
  }
  keep('without', await attemptsAs(WHO.at(-1)!.uid, 'without'));

  const names = [...new Set([...columns.values()].flatMap((column) => [...column.keys()]))];
  const wide = Math.max(...names.map(({ length }) => length));
  const row = (first: string, others: readonly string[]): void => {
    console.log([first.padEnd(wide), ...others.map((each) => each.padEnd(7))].join('  '));
  };
  row('attempt', [...columns.keys()]);
  for (const name of names) row(name, [...columns.values()].map((column) => markOf(column.get(name))));
  console.log('without: what an ordinary user can do where there is no sandbox (·: not tried, as it could do harm)');

  for (const [column, seen] of columns) {
    const succeeded = [...seen.values()].filter((each) => each.succeeded).length;
    console.log(`${column}: ${succeeded} of ${seen.size} attempts succeeded`);
    if (column === 'without' ? succeeded < REAL : succeeded > 0) process.exitCode = 1;
    if (column === 'without') continue;
    for (const each of seen.values()) {
      if (each.succeeded || !each.isClear) console.log(`  as ${column}: ${each.name}: ${each.said}`);
      if (!each.isClear) process.exitCode = 1;
    }
  }
}
