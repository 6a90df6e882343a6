import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DoesNotApply } from '../matrix/doesNotApply.js';
import { insist } from '../matrix/insist.js';
import { answerIn } from './answerIn.js';
import { createHostStage, type Ended } from './hostStage.js';
import { TOOLS } from './playHostWork.js';
import { inspector } from './setups/inspector.js';

/** Each of its calls starts a server, makes the call, and ends it. */
const ONE_CALL = 'Each of its calls is a server of its own, which ends with the call.';

/** What the MCP Inspector's command line does for a row of the table: it has no model, so it is asked call by call. */
export async function inspectorLooks(row: string, directory: string): Promise<string | undefined> {
  await using stage = await createHostStage(inspector, directory, 600);
  // It would take our `--config` for its own.
  const servers = join(stage.home, 'servers.json');
  await writeFile(servers, JSON.stringify({ mcpServers: { sidestream: stage.server } }));
  const call = (...more: readonly string[]): Promise<Ended> =>
    stage.run(['--cli', '--config', servers, '--server', 'sidestream', ...more]).ended;
  switch (row) {
    case 'tools': {
      const { code, output } = await call('--method', 'tools/list', '--strict');
      const missing = TOOLS.filter((name) => !output.includes(`"name": "${name}"`));
      insist(code === 0 && missing.length === 0, `${String(code)}, without ${missing.join(', ')}: ${output.slice(-500)}`);
      return '`--strict` finds no schema that is not portable.';
    }
    case 'start': case 'left': {
      const { code, output } = await call('--method', 'tools/call', '--tool-name', 'delegate_task_async', '--tool-arg', 'goal=count');
      const started = answerIn(output);
      insist(code === 0 && started?.['ok'] === true && started['status'] === 'running', `${String(code)}: ${output.slice(-500)}`);
      const until = performance.now() + 5_000;
      while ((await stage.alive()).length > 0 && performance.now() < until) await new Promise((resolve) => { setTimeout(resolve, 20); });
      insist((await stage.alive()).length === 0, 'The child outlives it.');
      return undefined;
    }
    case 'refusal': {
      const { output } = await call('--method', 'tools/call', '--tool-name', 'check_task', '--tool-arg', 'task_id=worker-000000');
      insist(output.includes('task_not_found'), output.slice(-500));
      return undefined;
    }
    default: throw new DoesNotApply(ONE_CALL);
  }
}
