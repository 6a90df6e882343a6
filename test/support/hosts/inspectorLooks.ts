import { DoesNotApply } from '../matrix/doesNotApply.js';
import { insist } from '../matrix/insist.js';
import { answerIn } from './answerIn.js';
import { createHostStage } from './hostStage.js';
import { TOOLS } from './playHostWork.js';
import { inspector } from './setups/inspector.js';

/** Each of its calls starts a server, makes the call, and ends it. */
const ONE_CALL = 'Each of its calls is a server of its own, which ends with the call.';

/** What the MCP Inspector's command line does for a row of the table: it has no model, so it is asked call by call. */
export async function inspectorLooks(row: string, directory: string): Promise<string | undefined> {
  await using stage = await createHostStage(inspector, directory, 600);
  const { command, args } = stage.server;
  const call = async (...more: readonly string[]): Promise<{ readonly code: unknown; readonly output: string }> => {
    const { code, output } = await stage.run(['--cli', command, ...args, ...more]).ended;
    return { code, output };
  };
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
