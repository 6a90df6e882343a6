// A result has a schema: code gets it typed, tools answer it as data, and what does not fit fails with the path, or is corrected once by
// the model that made it. A result may hold a picture, and what is too large for an answer goes to a file.
//
//   reviewer  ──result──(completed: what the schema makes of it)
//   careless  ──result──(failed: invalid_result, `result.score`)
//   model     ──"8 of 10"──corrected──{"verdict":"good","score":8}──(completed)
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulateReadableStream } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { collect, createSession, parts, result } from 'sidestream';
import { model } from 'sidestream/model';
import { createToolset, defineAgent } from 'sidestream/tools';
import * as z from 'zod';

const review = z.object({ verdict: z.enum(['good', 'bad']), score: z.int().min(0).max(10), notes: z.array(z.string()).default([]) });
const briefSchema = z.object({ file: z.string() });

const reviewer = defineAgent({
  name: 'reviewer', description: 'Reviews a file.', briefSchema, resultSchema: review,
  agent: ({ file }, _steering, { emit }) => {
    emit(`reading ${file}`);
    return { verdict: 'good', score: 8 };
  },
});
const careless = defineAgent({
  name: 'careless', description: 'Reviews a file, somehow.', briefSchema, resultSchema: review,
  agent: () => ['{ "verdict": "good", "score": 11 }'],
});
const painter = defineAgent({
  name: 'painter', description: 'Paints.',
  agent: () => [result(parts([
    { type: 'text', text: 'Sales, by month:' },
    { type: 'image', mediaType: 'image/png', data: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6B', 'base64') },
  ]))],
});
const writer = defineAgent({ name: 'writer', description: 'Writes much.', agent: () => ['a long line of a long report\n'.repeat(2_000)] });

/** Answers in words at first, and as it is asked to when it is told what was wrong. */
const usage = { inputTokens: { total: 9 }, outputTokens: { total: 5 } };
const said = ['8 of 10', '{"verdict":"good","score":8}'];
const mock = new MockLanguageModelV3({
  doStream: () => Promise.resolve({
    stream: simulateReadableStream({
      chunks: [
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: said.shift() ?? 'nothing' },
        { type: 'text-end', id: '1' },
        { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage },
      ] as never,
    }),
  }),
});

const session = createSession();
const spill = await mkdtemp(join(tmpdir(), 'sidestream-'));

// In code the type is known: `score` is a number.
const { verdict, score, notes } = await collect(session.delegate(reviewer, { goal: 'review', file: 'a.ts' }));
console.log(`in code     ${verdict}, ${score + 1 - 1} of 10, ${notes.length} notes`);

const tools = createToolset(session, { agents: { reviewer, careless, painter, writer }, spill });
const { delegate_task } = tools;
const typed = await delegate_task.execute({ agent: 'reviewer', goal: 'review', file: 'a.ts' });
console.log(`by a tool   ${JSON.stringify(typed['result'])}`);
const wrong = await delegate_task.execute({ agent: 'careless', goal: 'review', file: 'a.ts' });
console.log(`wrong       ${wrong.code}: ${wrong.error}`);

const asked = model({ model: mock, name: 'asked', resultSchema: review });
const corrected = await collect(session.delegate(asked, { goal: 'Review a.ts.' }));
console.log(`corrected   ${corrected.verdict}, after ${mock.doStreamCalls.length} requests`);

const painted = await delegate_task.execute({ agent: 'painter', goal: 'paint' });
console.log(`a picture   ${String(painted['summary']).replace('\n', ' ')}`);

const large = await delegate_task.execute({ agent: 'writer', goal: 'write' });
const file = String(large['file']);
const written = await readFile(file, 'utf8');
console.log(`too large   ${String(large['summary']).length < 25_000 ? 'cut' : 'whole'}, and in a file: ${written.length} characters`);
const page = await tools.collect_task.execute({ task_id: large['task_id'], offset: 1_900, lines: 2 });
console.log(`a page      ${String(page['output']).split('\n').length} lines from ${String(page['offset'])}`);
await session.close();
await rm(spill, { recursive: true });
