import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { insist } from '../../matrix/insist.js';
import { until } from '../../until.js';
import type { AgentCapability } from '../capability.js';
import { left } from '../left.js';
import { longCommand } from '../longCommand.js';
import { GOALS } from '../modelScript.js';

const PARENT = fileURLToPath(new URL('../parent.ts', import.meta.url));

export const kill: AgentCapability = {
  id: 'kill', title: 'is gone, its running shell too, when the parent is killed',
  async play(stage) {
    const { begun, options, use } = stage;
    use({ command: longCommand(begun) });
    const given = JSON.stringify(await options({ allow: 'all' }));
    const parent = spawn(process.execPath, ['--import', 'tsx', PARENT, given, GOALS.run], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [parent.stdout, parent.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { said += text; });
    const gone = once(parent, 'exit');
    try {
      await until(() => existsSync(begun) || /It has ended|Error/.test(said));
    } finally {
      parent.kill('SIGKILL');
    }
    await gone;
    insist(existsSync(begun), `Its shell never ran: ${said.slice(-600)}`);
    await left(stage, '2 s after the SIGKILL', 2_000);
    return undefined;
  },
};
