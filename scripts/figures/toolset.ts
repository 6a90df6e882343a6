import { getEncoding } from 'js-tiktoken';
import { concat, from, NEVER } from 'rxjs';
import { createSession, type Agent } from 'sidestream';
import { createToolset } from 'sidestream/tools';
import { z } from 'zod';
import type { Figure } from './figure.js';
import { runSpecs } from './runSpecs.js';

const encoding = getEncoding('o200k_base');
const tokensOf = (value: unknown): number => encoding.encode(JSON.stringify(value)).length;

const busy: Agent = () => concat(
  from(Array.from({ length: 300 }, (_, n) => `src/internal/operators/share.ts:${n}  reads the reset notifier and subscribes once`)), NEVER,
);

/** What the tools cost a model, and what bad arguments do. */
export async function* toolset(): AsyncGenerator<Figure, void, void> {
  await using session = createSession();
  const description = 'Searches the code base and answers with file and line.';
  const tools = createToolset(session, { agents: { busy: { agent: busy, description } } });
  const definitions = Object.values(tools).map(({ name, description: words, inputSchema }) => {
    const { $schema: _, ...schema } = z.toJSONSchema(inputSchema, { io: 'input' });
    return tokensOf({ name, description: words, input_schema: schema });
  });
  const all = definitions.reduce((sum, some) => sum + some);
  yield { what: 'tokens of the definitions of all eight tools (o200k_base)', seen: `${all}`, must: '≤ 1 200', holds: all <= 1_200 };

  const { task_id } = await tools.delegate_task_async.execute({ goal: 'work' });
  const check = tokensOf(await tools.check_task.execute({ task_id }));
  yield { what: 'tokens of what check_task answers on a busy child', seen: `${check}`, must: '≤ 300', holds: check <= 300 };

  const { passed, tests } = runSpecs('test/tools/badInput');
  yield {
    what: 'throws, hangs, changes by 2 000 generated bad arguments per tool and the list by hand (test/tools/badInput)',
    seen: passed ? `0 (${tests})` : tests, must: '0', holds: passed,
  };
}
