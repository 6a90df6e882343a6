import { getEncoding } from 'js-tiktoken';
import { concat, from, NEVER } from 'rxjs';
import { createSession, result, type Agent } from 'sidestream';
import { anthropicTools } from 'sidestream/anthropic';
import { chatTools, responsesTools } from 'sidestream/openai';
import { createToolset } from 'sidestream/tools';
import { z } from 'zod';
import type { Figure } from './figure.js';
import { runSpecs } from './runSpecs.js';

const encoding = getEncoding('o200k_base');
const tokensOf = (value: unknown): number => encoding.encode(JSON.stringify(value)).length;

const busy: Agent = () => concat(
  from(Array.from({ length: 300 }, (_, n) => `src/internal/operators/share.ts:${n}  reads the reset notifier and subscribes once`)), NEVER,
);

/** An answer of a model in paragraphs, of about so many tokens. */
function answerOf(tokens: number): string {
  const sentence = 'The reset notifier of share is subscribed once per connection, and the source is restarted when it emits. ';
  let answer = '';
  for (let n = 1; encoding.encode(answer).length < tokens; n++) answer += n % 5 === 0 ? `${sentence.trim()}\n\n` : sentence;
  return encoding.decode(encoding.encode(answer).slice(0, tokens)).trim();
}

/** What is sent is JSON. */
const withoutFunctions = (tool: object): object => JSON.parse(JSON.stringify(tool)) as object;

/** What the tools cost a model, and what bad arguments do. */
export async function* toolset(): AsyncGenerator<Figure, void, void> {
  await using session = createSession();
  const description = 'Searches the code base and answers with file and line.';
  const tools = createToolset(session, { agents: { busy: { agent: busy, description } } });
  const raw = Object.values(tools).map(({ name, description: words, inputSchema }) => {
    const { $schema: _, ...schema } = z.toJSONSchema(inputSchema, { io: 'input' });
    return { name, description: words, input_schema: schema };
  });
  const sent: Readonly<Record<string, readonly [readonly object[], number]>> = {
    'as they are': [raw, 1_250],
    'as anthropicTools sends them': [anthropicTools(tools).map(withoutFunctions), 1_250],
    'as anthropicTools sends them, strict': [anthropicTools(tools, { strict: true }).map(withoutFunctions), 1_250],
    'as chatTools sends them': [chatTools(tools), 1_250],
    'as responsesTools sends them': [responsesTools(tools), 1_250],
  };
  for (const [how, [definitions, most]] of Object.entries(sent)) {
    const all = definitions.reduce((sum, each) => sum + tokensOf(each), 0);
    const what = `tokens of the definitions of all nine tools, ${how} (o200k_base)`;
    yield { what, seen: `${all}`, must: `≤ ${most}`, holds: all <= most };
  }

  const { task_id } = await tools.delegate_task_async.execute({ goal: 'work' });
  const check = tokensOf(await tools.check_task.execute({ task_id }));
  yield { what: 'tokens of what check_task answers on a busy child', seen: `${check}`, must: '≤ 300', holds: check <= 300 };

  // As a model child does: it streams its answer, and that is its result.
  const answer = answerOf(1_270);
  const task = session.delegate(() => [{ type: 'text' as const, text: answer }, result(answer)], { goal: 'answer' });
  const collect = tokensOf(await tools.collect_task.execute({ task_id: task.id }));
  yield {
    what: `tokens of what collect_task answers on a model child whose answer has ${encoding.encode(answer).length}`,
    seen: `${collect}`, must: '≤ 1350', holds: collect <= 1_350,
  };

  await using crowd = createSession({ maxRunning: 500 });
  const goals = Array.from({ length: 500 }, (_, n) => `Look for every place in room ${n} where a shared subject is reset`);
  for (const goal of goals) crowd.delegate(() => NEVER, { goal }, { name: 'researcher' });
  const list = tokensOf(await createToolset(crowd, { agents: { busy: { agent: busy, description } } }).list_tasks.execute({}));
  yield { what: 'tokens of a list of 500 tasks', seen: `${list}`, must: '≤ 4000', holds: list <= 4_000 };

  await using hall = createSession({ maxRunning: Infinity });
  for (let n = 0; n < 100_000; n++) hall.delegate(() => NEVER, { goal: 'stand' }, { name: 'researcher' });
  const { check_task: ask } = createToolset(hall, { agents: { busy: { agent: busy, description } } });
  const times: number[] = [];
  for (let n = 0; n < 200; n++) {
    const { user } = process.cpuUsage();
    await ask.execute({ task_id: `researcher-${n}zzzz` });
    times.push((process.cpuUsage().user - user) / 1_000);
  }
  const wrong = times.sort((a, b) => a - b)[100]!;
  yield { what: 'CPU of a wrong id among 100 000 tasks, the median', seen: `${wrong.toFixed(2)} ms`, must: '≤ 1 ms', holds: wrong <= 1 };

  const { passed, tests } = runSpecs('test/tools/badInput');
  yield {
    what: 'throws, hangs, changes by 2 000 generated bad arguments per tool and the list by hand (test/tools/badInput)',
    seen: passed ? `0 (${tests})` : tests, must: '0', holds: passed,
  };
}
