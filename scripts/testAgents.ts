/**
 * Drives real ACP agents, offline, against a model server on loopback: `npm run test:agents`. It installs them into a temporary folder
 * (about 450 MB) and removes that at its end; `-- --keep` leaves it there and says where, and `-- --in DIR` uses one that was left.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const AGENTS = ['opencode-ai@1.18.33', '@google/gemini-cli@0.61.0'];

const { values: { keep = false, in: given } } = parseArgs({ options: { keep: { type: 'boolean' }, in: { type: 'string' } } });
const directory = given ?? mkdtempSync(join(tmpdir(), 'sidestream-agents-'));
try {
  if (given === undefined) {
    console.log(`Installing ${AGENTS.join(' and ')} into ${directory} …`);
    const install = ['install', '--prefix', directory, '--no-save', ...AGENTS];
    const { status, stderr } = spawnSync('npm', install, { encoding: 'utf8' });
    if (status !== 0) {
      console.log(`Skipped: the agents cannot be installed here, so none was tried. ${stderr.trim().split('\n').at(-1)}`);
      process.exit(0);
    }
  }
  const { status } = spawnSync('npm', ['run', '--silent', 'specs', '--', '--runTestsByPath', 'test/opt-in/agents.spec.ts'], {
    stdio: 'inherit', env: { ...process.env, SIDESTREAM_OPT_IN: '1', SIDESTREAM_AGENTS: directory },
  });
  process.exitCode = status ?? 1;
} finally {
  if (keep || given !== undefined) console.log(`The agents are in ${directory}; use them again with --in ${directory}`);
  else rmSync(directory, { recursive: true, force: true });
}
