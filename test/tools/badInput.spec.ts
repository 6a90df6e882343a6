import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ToolAnswer, ToolName } from '../../src/tools/index.js';
import { watch } from '../support/watch.js';
import { call } from './support/call.js';
import { createPuppet, idle, setUp } from './support/setUp.js';

/** A session with a task in every state, and all that a refused call could have changed about it. */
function fixture() {
  const { session, tools, start, ...rest } = setUp({ maxRunning: 3, overflow: 'queue', mailboxSize: 1 });
  const { agent, output } = createPuppet();
  start(agent).steer('already there');
  start(() => ['done']);
  start(() => []);
  start(idle);
  start(idle);
  start(idle);
  session.get('worker-4')?.cancel();
  output.next('one');
  const events = watch(session.events);
  const facts = () => JSON.stringify({ tasks: session.list(), capacity: session.capacity, events });
  return { session, tools, facts, ...rest };
}

const NAMES: readonly ToolName[] = [
  'delegate_task_async', 'check_task', 'collect_task', 'steer_task', 'cancel_task', 'list_tasks', 'delegate_task', 'wait_for_tasks',
  'answer_task',
];
const DELEGATING: readonly ToolName[] = ['delegate_task_async', 'delegate_task'];

const bomb = (): never => { throw new Error('boom'); };
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

const object = (came: string) => `Expected the input to be an object, got ${came}.`;
const UNREADABLE = 'Expected the input to be one plain JSON object, got something that could not be read.';
const PROTO = 'Unknown field `__proto__`. Leave it out.';
const CHOICES = 'Expected `agent` to be idle, got';

/** What no tool takes. */
const nowhere: readonly [unknown, string][] = [
  [null, object('null')], [true, object('true')], [0, object('0')], [NaN, object('NaN')], [1n, object('1n')], ['', object('""')],
  ['{"goal":"x"}', object('"{\\"goal\\":\\"x\\"}"')], ['x'.repeat(1_000_000), object('a string of 1000000 characters')],
  [Symbol('s'), object('a symbol')], [[], object('an array')], [[{ goal: 'x' }], object('an array')], [bomb, object('a function')],
  [revoked, UNREADABLE], [new Proxy({}, { get: bomb, has: bomb, ownKeys: bomb, getOwnPropertyDescriptor: bomb }), UNREADABLE],
  [JSON.parse('{"__proto__":{"goal":"x","task_id":"worker-1","message":"m"}}'), PROTO],
];

const sent = { goal: 'x' };
const delegation: readonly [unknown, string][] = [
  [undefined, object('undefined')],
  [{}, 'Expected `goal` to be a string, got nothing.'],
  [{ Goal: 'x' }, 'Expected `goal` to be a string, got nothing.'],
  [Object.create(null), 'Expected `goal` to be a string, got nothing.'],
  [new Map([['goal', 'x']]), 'Expected `goal` to be a string, got nothing.'],
  [{ goal: undefined }, 'Expected `goal` to be a string, got nothing.'],
  [{ goal: null }, 'Expected `goal` to be a string, got null.'],
  [{ goal: 5 }, 'Expected `goal` to be a string, got 5.'],
  [{ goal: ['x'] }, 'Expected `goal` to be a string, got an array.'],
  [{ goal: { toString: () => 'x' } }, 'Expected `goal` to be a string, got an object.'],
  [{ goal: '' }, 'Expected `goal` to be a string that is not blank, got "".'],
  [{ goal: ' \n\t' }, 'Expected `goal` to be a string that is not blank, got " \\n\\t".'],
  [{ goal: ' '.repeat(1_000_000) }, 'Expected `goal` to be a string that is not blank, got a string of 1000000 characters.'],
  [{ get goal() { return bomb(); } }, UNREADABLE],
  [{ ...sent, get extra() { return bomb(); } }, UNREADABLE],
  [{ ...sent, context: null }, 'Expected `context` to be a string, got null.'],
  [{ ...sent, context: {} }, 'Expected `context` to be a string, got an object.'],
  [{ ...sent, agent: 'nobody' }, `${CHOICES} "nobody".`],
  [{ ...sent, agent: '__proto__' }, `${CHOICES} "__proto__".`],
  [{ ...sent, agent: 'constructor' }, `${CHOICES} "constructor".`],
  [{ ...sent, agent: ['idle'] }, `${CHOICES} an array.`],
  [{ ...sent, agent: null }, `${CHOICES} null.`],
  [{ ...sent, agent: 'x'.repeat(1_000_000) }, `${CHOICES} a string of 1000000 characters.`],
  [{ ...sent, task_id: 'worker-1' }, 'Unknown field `task_id`. Leave it out.'],
  [{ ...sent, name: 'x', detached: true }, 'Unknown fields `name`, `detached`. Leave them out.'],
  [{ ...sent, ['x'.repeat(1_000_000)]: 1 }, `Unknown field \`${'x'.repeat(80)}\`. Leave it out.`],
  [{ ...sent, ['\u001b[31mr\ud800ed\u202e']: 1 }, 'Unknown field `r\ufffded`. Leave it out.'],
  [{ ...sent, constructor: 1 }, 'Unknown field `constructor`. Leave it out.'],
  [JSON.parse('{"goal":"x","__proto__":{"context":"y"}}'), PROTO],
];
const timeouts = (more: object): readonly [unknown, string][] => ([
  [NaN, 'NaN'], [Infinity, 'Infinity'], [-Infinity, '-Infinity'], [-1, '-1'], ['1', '"1"'], ['', '""'], [null, 'null'], [{}, 'an object'],
] as const).map(([timeout, came]) => [{ ...more, timeout }, `Expected \`timeout\` to be a number of seconds from 0 to 3600, got ${came}.`]);

const ids = (more: object): readonly [unknown, string][] => [
  [undefined, object('undefined')],
  [{ ...more }, 'Expected `task_id` to be a string, got nothing.'],
  [{ ...more, taskId: 'worker-1' }, 'Expected `task_id` to be a string, got nothing.'],
  [{ ...more, task_id: undefined }, 'Expected `task_id` to be a string, got nothing.'],
  [{ ...more, task_id: null }, 'Expected `task_id` to be a string, got null.'],
  [{ ...more, task_id: 1 }, 'Expected `task_id` to be a string, got 1.'],
  [{ ...more, task_id: NaN }, 'Expected `task_id` to be a string, got NaN.'],
  [{ ...more, task_id: ['worker-1'] }, 'Expected `task_id` to be a string, got an array.'],
  [{ ...more, task_id: Object('worker-1') }, 'Expected `task_id` to be a string, got an object.'],
  [{ ...more, get task_id() { return bomb(); } }, UNREADABLE],
  [{ ...more, task_id: 'worker-1', extra: 1 }, 'Unknown field `extra`. Leave it out.'],
  [{ ...more, task_id: 'worker-1', goal: 'x' }, 'Unknown field `goal`. Leave it out.'],
  [{ ...more, task_id: '__proto__' }, 'Task not found: __proto__. Call list_tasks to see the ids.'],
  [{ ...more, task_id: 'constructor' }, 'Task not found: constructor. Call list_tasks to see the ids.'],
  [{ ...more, task_id: 'toString' }, 'Task not found: toString. Call list_tasks to see the ids.'],
  [{ ...more, task_id: '' }, 'Task not found: . Call list_tasks to see the ids.'],
  [{ ...more, task_id: 'Worker-1' }, 'Task not found: Worker-1. Did you mean worker-1?'],
  [{ ...more, task_id: 'x'.repeat(1_000_000) }, `Task not found: ${'x'.repeat(80)}…. Call list_tasks to see the ids.`],
  [{ ...more, task_id: '\ud800' }, 'Task not found: \ufffd. Call list_tasks to see the ids.'],
];
const some = { task_id: 'worker-1' };

const untils = [
  ['some', '"some"'], ['2', '"2"'], [null, 'null'], [0, '0'], [-1, '-1'], [1.5, '1.5'], [NaN, 'NaN'], [Infinity, 'Infinity'],
  [[1], 'an array'],
] as const;

const refused: Readonly<Record<ToolName, readonly [unknown, string][]>> = {
  delegate_task_async: [...delegation, [{ ...sent, timeout: 5 }, 'Unknown field `timeout`. Leave it out.']],
  delegate_task: [...delegation, ...timeouts(sent)],
  check_task: ids({}),
  collect_task: [...ids({}), ...timeouts(some), [{ ...some, timeout_seconds: 5 }, 'Unknown field `timeout_seconds`. Leave it out.']],
  steer_task: [
    ...ids({ message: 'left' }),
    [some, 'Expected `message` to be a string, got nothing.'],
    [{ ...some, message: null }, 'Expected `message` to be a string, got null.'],
    [{ ...some, message: 5 }, 'Expected `message` to be a string, got 5.'],
    [{ ...some, message: ['left'] }, 'Expected `message` to be a string, got an array.'],
    [{ ...some, message: '' }, 'Expected `message` to be a string that is not blank, got "".'],
    [
      { ...some, message: 'x'.repeat(1_000_000) },
      'Expected the message to be a string of 1 to 16384 characters that is not blank, got a string of 1000000 characters.',
    ],
    [{ ...some, message: 'left', id: 's1' }, 'Unknown field `id`. Leave it out.'],
    [{ ...some, message: 'one more' }, '1 messages are waiting for task worker-1. Let it take them before you send another.'],
    [{ task_id: 'worker-2', message: 'left' }, 'Task worker-2 has ended, so it can no longer be steered.'],
  ],
  answer_task: [
    ...ids({ answer: 'left' }),
    [{ ...some, answer: 'left' }, 'Task worker-1 asks nothing now (running).'],
    [{ ...some, question_id: 'q1', answer: 'left' }, 'Question not found: q1. Task worker-1 asks nothing now.'],
    [{ ...some, question_id: 'q1' }, 'Expected `answer`, or `decline` with the reason why you cannot, got neither.'],
    [{ ...some, answer: 1, decline: 'no' }, 'Expected `answer` or `decline`, got both. Send one of them.'],
    [{ ...some, question_id: 5 }, 'Expected `question_id` to be a string, got 5.'],
    [{ ...some, decline: true }, 'Expected `decline` to be a string, got true.'],
    [{ task_id: 'worker-2', question_id: 'q1', answer: 'left' }, 'Task worker-2 has ended, so it can no longer be answered.'],
  ],
  cancel_task: [
    ...ids({ reason: 'enough' }),
    [{ ...some, reason: null }, 'Expected `reason` to be a string, got null.'],
    [{ ...some, reason: 5 }, 'Expected `reason` to be a string, got 5.'],
    [{ ...some, detached: true }, 'Unknown field `detached`. Leave it out.'],
    [{ task_id: 'worker-3' }, 'Task worker-3 has ended already (failed), so there is nothing to cancel. Go on with what came of it.'],
  ],
  list_tasks: [
    [{ status: 'running' }, 'Unknown field `status`. Leave it out.'],
    [{ get extra() { return bomb(); } }, 'Unknown field `extra`. Leave it out.'],
  ],
  wait_for_tasks: [
    [undefined, object('undefined')],
    [{ task_ids: 'worker-1' }, 'Expected `task_ids` to be a list of 1 to 100 ids, got "worker-1".'],
    [{ task_ids: [] }, 'Expected `task_ids` to be a list of 1 to 100 ids, got 0.'],
    [{ task_ids: Array(101).fill('worker-1') }, 'Expected `task_ids` to be a list of 1 to 100 ids, got 101.'],
    [{ task_ids: [1] }, 'Expected `task_ids.0` to be a string, got 1.'],
    [{ task_ids: ['worker-1', null] }, 'Expected `task_ids.1` to be a string, got null.'],
    [{ task_ids: ['worker-1', 'worker-11'] }, 'Task not found: worker-11. Did you mean worker-1?'],
    [{ task_ids: null }, 'Expected `task_ids` to be a list of 1 to 100 ids, got null.'],
    [{ task_id: 'worker-1' }, 'Unknown field `task_id`. Leave it out.'],
    ...untils.map(([until, came]): [object, string] =>
      [{ until }, `Expected \`until\` to be any, all or a whole number from 1, got ${came}.`]),
    [
      { task_ids: ['worker-1', 'worker-2', 'worker-1'], until: 3, cancel_rest: true },
      'Expected `until` to be any, all or a whole number from 1 to 2, the tasks that are waited for, got 3.',
    ],
    [{ cancel_rest: 'yes' }, 'Expected `cancel_rest` to be a boolean, got "yes".'],
    ...timeouts({}),
  ],
};

describe('bad input', () => {
  describe.each(NAMES)('to %s', (name) => {
    it.each([...nowhere, ...refused[name]])('should be refused with a sentence and change nothing (case %#)', async (input, sentence) => {
      const { tools, facts } = fixture();
      const before = facts();
      const { ok, error } = await call(tools[name], input);

      expect(facts()).toBe(before);
      expect({ ok, error }).toEqual({ ok: false, error: sentence });
    });

    it('should be answered at once, whatever it is, and change nothing where it is refused', async () => {
      const { tools, facts } = fixture();
      await fc.assert(fc.asyncProperty(jsonish, async (input) => {
        const before = facts();
        // What is taken and would wait is not waited for.
        const controller = new AbortController();
        const answering = call(tools[name], input, { abortSignal: controller.signal });
        controller.abort();
        const answer: ToolAnswer = await answering;
        if (answer.ok) expect(name === 'list_tasks' || name === 'wait_for_tasks' || isTaken(name, input)).toBe(true);
        else expect(facts()).toBe(before);
        if (DELEGATING.includes(name)) expect(answer.ok || answer.code === 'limit_reached').toBe(isTaken(name, input));
      }), { numRuns: 2_000 });
    });
  });

  it('should leave the session as usable as it was', async () => {
    const { tools } = fixture();
    for (const name of NAMES) for (const [input] of [...nowhere, ...refused[name]]) await call(tools[name], input);

    expect(await call(tools.delegate_task_async, { goal: 'x' })).toMatchObject({ ok: true, status: 'queued' });
    expect(await call(tools.steer_task, { task_id: 'worker-5', message: 'left' })).toMatchObject({ ok: true });
    expect(await call(tools.collect_task, { task_id: 'worker-2' })).toMatchObject({ ok: true, summary: 'done' });
    expect(await call(tools.cancel_task, { task_id: 'worker-1' })).toMatchObject({ ok: true, stopped: true });
  });

  it.each<[ToolName, object]>([
    ['check_task', {}], ['collect_task', { timeout: 0 }], ['steer_task', { message: 'left' }], ['cancel_task', {}],
  ])('should be refused by %s after close as before', async (name, more) => {
    const { tools, session } = fixture();
    await session.close();

    expect(await call(tools[name], { ...more, task_id: 5 })).toMatchObject({ ok: false, code: 'invalid_argument' });
    expect(await call(tools[name], { ...more, task_id: 'nobody' })).toMatchObject({ ok: false, code: 'task_not_found' });
  });

  describe('that is good all the same', () => {
    it.each([
      ['a goal of 1 MB', { goal: 'x'.repeat(1_000_000) }],
      ['a goal with halves of characters', { goal: 'a\ud800b\udc00c' }],
      ['a goal with NUL and escapes', { goal: 'a\u0000\u001b[31m\u202eb' }],
      ['a goal that looks like a path to a prototype', { goal: '__proto__' }],
      ['an empty context', { goal: 'x', context: '' }],
      ['fields that are undefined', { goal: 'x', context: undefined, agent: undefined }],
    ])('should start a task: %s', async (_, input) => {
      const { tools, session } = setUp();

      expect(await call(tools.delegate_task_async, input)).toMatchObject({ ok: true, task_id: 'idle-1' });
      expect(session.get('idle-1')?.brief.goal).toBe(input.goal);
      expect(await call(tools.list_tasks)).toMatchObject({ total: 1 });
    });

    it('should cancel with a reason of 1 MB, and cut it', async () => {
      const { tools } = fixture();
      await call(tools.cancel_task, { task_id: 'worker-1', reason: 'x'.repeat(1_000_000) });
      const { reason } = await call(tools.check_task, { task_id: 'worker-1' });

      expect(String(reason)).toMatch(/^x{3987}… \[\+996013\]$/);
    });

    it('should steer with what is as long as a message may be', async () => {
      const { tools } = fixture();

      expect(await call(tools.steer_task, { task_id: 'worker-5', message: 'x'.repeat(16_384) })).toMatchObject({ ok: true });
    });
  });
});

const FIELDS = ['goal', 'context', 'agent', 'timeout', 'task_id', 'message', 'reason', '__proto__', 'constructor', 'extra', ''];

/** Values that fields are given: near misses more often than noise. */
const values = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>('x', 'idle', '', ' ', 'worker-9', '__proto__', 'worker-2') },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, undefined, NaN, Infinity, -1, '5', 0, [], {}, true, '\ud800') },
  { weight: 1, arbitrary: fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true }) },
);
const jsonish: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(fc.constantFrom(...FIELDS), values, { maxKeys: 4 }) },
  { weight: 2, arbitrary: fc.record({ goal: values, context: values, agent: values }, { requiredKeys: ['goal'] }) },
  { weight: 1, arbitrary: fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true, withObjectString: true }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** Written anew from the contract: whether a tool has to take an input. */
function isTaken(name: ToolName, input: unknown): boolean {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  const given = input as Readonly<Record<string, unknown>>;
  const is = (field: string, ...kinds: readonly string[]) => kinds.includes(typeof given[field]);
  const only = (...fields: readonly string[]) => Object.keys(given).every((key) => fields.includes(key));
  const words = (field: string) => is(field, 'string') && (given[field] as string).trim() !== '';
  const timeout = given['timeout'] === undefined || (Number.isFinite(given['timeout']) && given['timeout'] as number >= 0);
  const goal = words('goal') && is('context', 'string', 'undefined') && (given['agent'] === undefined || given['agent'] === 'idle');
  const isThere = given['task_id'] === 'worker-2';
  switch (name) {
    case 'delegate_task_async': return goal && only('goal', 'context', 'agent');
    case 'delegate_task': return goal && timeout && only('goal', 'context', 'agent', 'timeout');
    case 'check_task': return isThere && only('task_id');
    case 'collect_task': return isThere && timeout && only('task_id', 'timeout');
    default: return false;
  }
}
