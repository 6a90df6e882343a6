import { NEVER } from 'rxjs';
import { createSession, tool, type Agent } from '../../../src/index.js';
import { failureOfStep } from '../../../src/agents/model/failure/failureOfStep.js';
import { detailOf } from '../../../src/agents/model/loop/detailOf.js';
import { commandErrorOf } from './commandErrorOf.js';
import { createTranscript } from '../../../src/agents/acp/output/transcript.js';
import { describeRefusal } from '../../../src/agents/acp/connection/describeRefusal.js';
import { frameOf } from '../../../src/agents/command/frameOf.js';
import { keepLast } from '../../../src/agents/command/keepLast.js';
import { lastLine } from '../../../src/agents/command/lastLine.js';
import { createInbox } from '../../../src/inbox/index.js';
import { withoutNulls } from '../../../src/parents/shared/withoutNulls.js';
import { LineReader } from '../../../src/processes/lineReader.js';
import { createToolset, type Toolset } from '../../../src/tools/index.js';
import { inputSchemaOf } from '../../../src/parents/shared/inputSchemaOf.js';

/** One way in which text from outside comes in. */
export type TextEntry = readonly [string, (text: string) => unknown];

/** A session whose only child does what the agent does, and its tools. */
async function heard(agent: Agent<unknown>, read: (tools: Toolset) => Promise<unknown>): Promise<void> {
  const session = createSession({ messageLength: Infinity, lineLength: 500 });
  const tools = createToolset(session, { agents: { child: agent } });
  await tools.delegate_task_async.execute({ goal: 'work' });
  await read(tools);
  for (const { taskId } of session.list(10)) {
    await tools.check_task.execute({ task_id: taskId });
    await tools.collect_task.execute({ task_id: taskId, timeout: 0 });
  }
  await tools.list_tasks.execute({});
  createInbox(session).lease();
  await session.close();
}

const child = (agent: Agent<unknown>) => heard(agent, () => Promise.resolve());
const asked = (ask: (tools: Toolset, id: string) => Promise<unknown>) => {
  let id = '';
  return heard((_brief, _steering, { taskId }) => {
    id = taskId;
    return NEVER;
  }, (tools) => ask(tools, id));
};

/** Every place that takes text from a child, a model or a peer. */
export const TEXT_ENTRIES: readonly TextEntry[] = [
  ['a line', (text) => child(() => [text])],
  ['text in one chunk', (text) => child(() => [{ type: 'text', text }])],
  ['text in chunks of seven', (text) => child(() =>
    (text.match(/[^]{1,7}/g) ?? []).map((part) => ({ type: 'text' as const, text: part })))],
  ['a result', (text) => child(() => [{ type: 'result', value: text }])],
  ['a result beside its own lines', (text) => child(() => [{ type: 'text', text }, { type: 'result', value: text }])],
  ['a result as data', (text) => child(() => [{ type: 'result', value: { text, rows: text.slice(0, 20_000).split('') } }])],
  ['an error', (text) => child(() => { throw Object.assign(new Error(text), { name: text }); })],
  ['a thrown object', (text) => child(() => { throw { text } as unknown as Error; })],
  ['a tool call of a child', (text) => child(() => [tool(text, 'started', text, text), 'done'])],
  ['a goal', (text) => asked(({ delegate_task_async: start }) => start.execute({ goal: `${text}x`, context: text }))],
  ['an id', (text) => asked(({ check_task: check }) => check.execute({ task_id: text }))],
  ['ids', (text) => asked(({ wait_for_tasks: wait }) => wait.execute({ task_ids: text.split(' '), timeout: 0 }))],
  ['a steering message', (text) => asked(({ steer_task: steer }, id) => steer.execute({ task_id: id, message: `x${text}x` }))],
  ['a reason', (text) => asked(({ cancel_task: cancel }, id) => cancel.execute({ task_id: id, reason: text }))],
  ['an unknown field', (text) => asked(({ cancel_task: cancel }, id) => cancel.execute({ task_id: id, [text]: text }))],
  ['a value of a wrong kind', (text) => asked(({ delegate_task: start }) => start.execute({ goal: [text], agent: text, timeout: text }))],
  ['what a provider says', (text) => failureOfStep(Object.assign(new Error(text), { cause: new Error(`${text}x`) }), 'model', 'none')],
  ['what a tool of a model answers', (text) => detailOf({ text })],
  ['what a program writes to stderr', (text) => commandErrorOf(text)],
  ['what a program prints', (text) => new LineReader(1_000_000).read(text)],
  ['what a program prints, kept', (text) => {
    const kept = keepLast(10_000);
    for (let at = 0; at < text.length; at += 100) kept.add(text.slice(at, at + 100));
    return kept.whole();
  }],
  ['the last line of what a program prints', (text) => {
    const last = lastLine(10_000);
    for (let at = 0; at < text.length; at += 100) last.add(text.slice(at, at + 100));
    last.add(text);
    return last.end();
  }],
  ['a message to a program', (text) => frameOf('lines')(`x${text}x`)],
  ['what an ACP agent refuses', (text) => describeRefusal({ message: text, code: 1, data: text })],
  ['what an ACP agent calls', (text) => {
    const { read } = createTranscript('hide', { malformed: 0, oversized: 0, unknown: 0 }, undefined);
    return read({ sessionUpdate: 'tool_call', toolCallId: text, title: text, kind: 'read', name: text } as never);
  }],
];

const shape = inputSchemaOf(createToolset(createSession(), { agents: { child: () => ['x'] } }).wait_for_tasks).schema;

/** Every place that takes a list, or an object with many fields. */
export const LIST_ENTRIES: readonly (readonly [string, (count: number) => unknown])[] = [
  ['lines', (count) => child(() => Array.from({ length: count }, (_, n) => `line ${n}`))],
  ['rows of a result', (count) => child(() => [{ type: 'result', value: Array.from({ length: count }, (_, n) => ({ n })) }])],
  ['fields of a result', (count) => child(() =>
    [{ type: 'result', value: Object.fromEntries(Array.from({ length: count }, (_, n) => [`field ${n}`, n])) }])],
  ['unknown fields', (count) => asked(({ cancel_task: cancel }, id) =>
    cancel.execute({ task_id: id, ...Object.fromEntries(Array.from({ length: count / 10 }, (_, n) => [`field ${n}`, n])) }))],
  ['ids to wait for', (count) => asked(({ wait_for_tasks: wait }) =>
    wait.execute({ task_ids: Array.from({ length: count / 10 }, String) }))],
  ['nulls of strict mode', (count) => withoutNulls(shape, { task_ids: Array(count / 10).fill(null), until: null, timeout: null })],
  ['entries of a plan', (count) => {
    const { read } = createTranscript('hide', { malformed: 0, oversized: 0, unknown: 0 }, undefined);
    const entries = Array.from({ length: count / 10 }, (_, n) => ({ content: `step ${n}`, status: 'pending', priority: 'low' }));
    read({ sessionUpdate: 'plan', entries } as never);
    return read({ sessionUpdate: 'plan', entries: entries.map((entry) => ({ ...entry, status: 'completed' })) } as never);
  }],
  ['tool calls of an ACP agent', (count) => {
    const transcript = createTranscript('hide', { malformed: 0, oversized: 0, unknown: 0 }, undefined);
    for (let n = 0; n < count / 10; n++) {
      transcript.read({ sessionUpdate: 'tool_call', toolCallId: `call ${n}`, title: 'look', kind: 'read' } as never);
      transcript.isBusy();
    }
    return transcript.endTurn();
  }],
];

/** What such text is made of, repeated: what a careless expression goes over again and again. */
export const NASTY: readonly (readonly [string, string])[] = [
  ['joiners', '\u200d'], ['dots', '.'], ['blanks', ' '], ['newlines', '\n'], ['returns', '\r'], ['escapes', '\u001b['],
  ['open strings', '\u001b]'], ['halves', '\ud83d'], ['selectors', '\ufe0f'], ['words', 'ab c'],
  ['brackets', '[{"'], ['cuts', '… [+1'],
  ['emoji', '👩\u200d'],
];
