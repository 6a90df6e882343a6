import { describe, expect, it } from '@jest/globals';
import { asapScheduler, map, merge, of, scheduled, take } from 'rxjs';
import { z } from 'zod';
import { createSession, result, type Agent, type Session } from '../../src/index.js';
import { announcing, createInbox, type AskedQuestion } from '../../src/inbox/index.js';
import { createToolset, type AgentDefinition, type Tool, type Toolset } from '../../src/tools/index.js';
import { picture } from './kinds/picture.js';
import { createModelServer, type ModelServer } from './modelServer/createModelServer.js';
import { definitionsOf } from './modelServer/definitionsOf.js';
import type { ModelRequest, Script, ToolCall, Turn } from './modelServer/script.js';
import { recorded, type Recorded } from './parents/recorded.js';
import { schemaFaults, type Dialect } from './parents/schemaFaults.js';
import { lastTellings, tellings, type Telling } from './parents/tellings.js';
import { until } from './until.js';

/** One run of a parent: its own loop, until the model only speaks. */
export interface ParentRun {
  /** Every tool that it is given; all of them are to be offered. */
  readonly tools: Readonly<Record<string, Tool>>;
  /** Its model. Whoever calls it should not try again by itself. */
  readonly server: ModelServer;
  readonly prompt: string;
  /** The client's abort: the run may reject then, and the tools that are waiting are to hear of it. */
  readonly signal: AbortSignal;
  /** What the model plays; for a host without one, see `playHost`. */
  readonly script: Script;
}

/** A kind of parent: a framework with our wrapper in it. */
export interface ParentKind {
  /** What the model's provider accepts as a tool's schema. */
  readonly dialect: Dialect;
  /** Whether a model's arguments come as a text, which can be anything, or as data, which is always an object. */
  readonly inputs: 'text' | 'data';
  /** Runs it to its end, and answers with what the model said last. */
  run(parent: ParentRun): Promise<string>;
}

/** One turn of the model, by what it was told; the first is told nothing. */
type Step = (told: readonly Telling[], request: ModelRequest) => Turn;

const quick: AgentDefinition = {
  agent: ({ goal }) => scheduled([`looking at ${goal}`, `${goal} is done`], asapScheduler),
  description: 'Answers at once.',
};

/** Ends when it was told something. */
const listen: Agent = ({ goal }, steering) => merge(
  of(`working on ${goal}`), steering.pipe(take(1), map((message) => `${goal}: ${message}`)),
);

const listener: AgentDefinition = {
  agent: listen,
  description: 'Works until it is told what to answer.',
  briefSchema: z.object({
    depth: z.int().min(1).max(9).optional().describe('How deep to look.'),
    places: z.array(z.object({ name: z.string().min(1), page: z.number().optional() })).optional(),
  }),
};

const asker: AgentDefinition = {
  agent: (_brief, _steering, context) => context.ask({ text: 'Which colour?', options: ['red', 'blue'] }),
  description: 'Asks.',
};

const talker: AgentDefinition = {
  agent: ({ goal }, _steering, { saved, save }) => {
    const said = [...(saved ?? []) as readonly string[], goal];
    save(said);
    return [said.join(', ')];
  },
  description: 'Remembers what it was told.',
  followUp: true,
};

const painter: AgentDefinition = { agent: () => [result(picture)], description: 'Paints.' };

/** What wrong calls there are, and what their answers say. The id of a task that runs stands in for `$id`. */
const BAD: readonly (readonly [string, ToolCall, { readonly code: string; readonly error: string }])[] = [
  ['a missing field', { name: 'check_task', input: {} }, { code: 'invalid_argument', error: 'task_id' }],
  ['a field of a wrong type', { name: 'check_task', input: { task_id: 7 } }, { code: 'invalid_argument', error: 'task_id' }],
  ['a required null', { name: 'check_task', input: { task_id: null } }, { code: 'invalid_argument', error: 'task_id' }],
  ['an object for a string', { name: 'steer_task', input: { task_id: '$id', message: {} } },
    { code: 'invalid_argument', error: 'message' }],
  ['an unknown field', { name: 'check_task', input: { task_id: '$id', depth: 3 } }, { code: 'invalid_argument', error: '`depth`' }],
  ['an unknown agent', { name: 'delegate_task_async', input: { goal: 'x', agent: 'nobody' } },
    { code: 'invalid_argument', error: 'agent' }],
  ['no agent', { name: 'delegate_task_async', input: { goal: 'x' } }, { code: 'invalid_argument', error: 'agent' }],
  ['a blank goal', { name: 'delegate_task_async', input: { goal: ' ', agent: 'quick' } }, { code: 'invalid_argument', error: 'goal' }],
  ['another agent’s field', { name: 'delegate_task_async', input: { goal: 'x', agent: 'quick', depth: 2 } },
    { code: 'invalid_argument', error: '`depth`' }],
  ['a number out of bounds', { name: 'delegate_task_async', input: { goal: 'x', agent: 'listener', depth: 99 } },
    { code: 'invalid_argument', error: 'depth' }],
  ['a negative time', { name: 'collect_task', input: { task_id: '$id', timeout: -1 } }, { code: 'invalid_argument', error: 'timeout' }],
  ['a time in words', { name: 'collect_task', input: { task_id: '$id', timeout: '5 minutes' } },
    { code: 'invalid_argument', error: 'timeout' }],
  ['an unknown id', { name: 'check_task', input: { task_id: 'listener-000000' } },
    { code: 'task_not_found', error: 'Task not found: listener-000000' }],
  ['fields for a tool without any', { name: 'list_tasks', input: { all: true } }, { code: 'invalid_argument', error: '`all`' }],
];

/** What comes as the text of arguments and is no JSON object. Of some the framework itself says so, in its own words. */
const BROKEN = ['{"task_id": "', 'task_id=1', '[]', '"listener"', '7', 'null', ''];

/**
 * What every kind of parent must do, with the framework's own loop against a model behind real HTTP: call it in the kind's own spec.
 *
 * The model is a script, and sees what a model would see: that is what is looked at here, beside what reached the tools.
 */
export function parentConformance(name: string, kind: ParentKind): void {
  describe(name, () => {
    it('should do the example workflow: three children, checked, steered, collected, cancelled', async () => {
      await stage(kind, async ({ play, session, calls }) => {
        const ids: string[] = [];
        const said = await play([
          () => ({ call: ['one', 'two', 'three'].map((goal, n) => delegate(n === 1 ? 'quick' : 'listener', goal)) }),
          (told) => {
            ids.push(...told.map(({ answer }) => answer.task_id));
            return { call: [{ name: 'check_task', input: { task_id: ids[0] } }, { name: 'list_tasks', input: {} }] };
          },
          (told) => {
            expect(told[0]!.answer).toMatchObject({ ok: true, task_id: ids[0], status: 'running', output_preview: 'working on one' });
            expect(told[1]!.answer.tasks.map(({ task_id }) => task_id)).toEqual(ids);
            return { say: 'I steer.', call: [{ name: 'steer_task', input: { task_id: ids[0], message: 'only this year' } }] };
          },
          (told) => {
            expect(told[0]!.answer).toMatchObject({ ok: true, state: 'delivered' });
            return { call: [
              { name: 'collect_task', input: { task_id: ids[0], timeout: 100 } },
              { name: 'collect_task', input: { task_id: ids[1], timeout: 100 } },
              { name: 'cancel_task', input: { task_id: ids[2], reason: 'enough' } },
            ] };
          },
          (told) => {
            expect(told[2]!.answer).toMatchObject({ ok: true, cancelled: true, stopped: true, ended_ids: [ids[2]] });
            return { say: ['report: ', told.slice(0, 2).map(({ answer }) => answer.summary).join(' and ')] };
          },
        ]);
        expect(said).toBe('report: one: only this year and two is done');
        expect(new Set(ids).size).toBe(3);
        expect(session.list().map(({ status }) => status)).toEqual(['completed', 'completed', 'cancelled']);
        expect(calls.map(({ name: tool }) => tool)).toHaveLength(9);
      });
    });

    it('should let the model read each answer as the tool gave it, and nothing else', async () => {
      await stage(kind, async ({ play, calls, requests }) => {
        await play([
          () => ({ call: [delegate('quick', 'ünïcödé "quoted" \n<b>')] }),
          (told) => ({ call: [{ name: 'collect_task', input: { task_id: told[0]!.answer.task_id } }] }),
          () => ({ say: 'done' }),
        ]);
        const given = calls.map(({ answer }) => JSON.parse(JSON.stringify(answer)) as unknown);
        expect(tellings(requests.at(-1)!).map(({ answer }) => answer)).toEqual(given);
      });
    });

    it('should run the calls of one turn side by side', async () => {
      await stage(kind, async ({ play }) => {
        const said = await play([
          () => ({ call: [delegate('listener', 'one')] }),
          ([telling]) => ({ call: [
            { name: 'collect_task', input: { ...idOf(telling), timeout: 100 } },
            { name: 'steer_task', input: { ...idOf(telling), message: 'go' } },
          ] }),
          (told) => ({ say: told[0]!.answer.summary }),
        ]);
        expect(said).toBe('one: go');
      });
    });

    it('should offer each tool with its description and a schema that the provider takes', async () => {
      await stage(kind, async ({ play, requests, toolset }) => {
        await play([() => ({ say: 'done' })]);
        const offered = definitionsOf(requests[0]!);
        expect(offered.map((tool) => tool.name).sort()).toEqual(Object.keys(toolset).sort());
        for (const tool of offered) {
          expect(tool.description).toBe(toolset[tool.name as keyof Toolset].description);
          expect({ tool: tool.name, faults: schemaFaults(tool.schema, kind.dialect) }).toEqual({ tool: tool.name, faults: [] });
          if (kind.dialect === 'openai') expect(tool.strict).toBe(true);
        }
        const { properties } = offered.find((tool) => tool.name === 'delegate_task_async')!.schema;
        expect(Object.keys(properties as object)).toEqual(expect.arrayContaining(['goal', 'context', 'agent', 'depth', 'places']));
      });
    });

    it('should offer no more than it is given', async () => {
      await stage(kind, async ({ play, requests, toolset: { check_task, list_tasks } }) => {
        await play([() => ({ call: [{ name: 'list_tasks' }] }), () => ({ say: 'done' })], { check_task, list_tasks });
        expect([...requests[0]!.tools].sort()).toEqual(['check_task', 'list_tasks']);
      });
    });

    it.each(BAD)('should let the model read why %s was refused', async (_, call, { code, error }) => {
      await stage(kind, async ({ play, session }) => {
        const task = session.delegate(listen, { goal: 'one' }, { name: 'listener' });
        const before = task.snapshot();
        const input = JSON.parse(JSON.stringify(call.input).replace('$id', task.id)) as unknown;
        const said = await play([
          () => ({ call: [{ ...call, input }, { name: 'list_tasks', input: {} }] }),
          (told) => {
            expect(told[0]!.answer).toMatchObject({ ok: false, code, error: expect.stringContaining(error) });
            // What was right beside it was done.
            expect(told[1]!.answer).toMatchObject({ ok: true, total: 1 });
            return { say: 'I see' };
          },
        ]);
        expect(said).toBe('I see');
        expect(session.list()).toHaveLength(1);
        expect(task.snapshot()).toMatchObject({ status: 'running', steering: before.steering, preview: before.preview });
      });
    });

    if (kind.inputs === 'text') {
      it.each(BROKEN)('should let the model read that its arguments %j were refused', async (input) => {
        await stage(kind, async ({ play }) => {
          const said = await play([
            () => ({ call: [{ name: 'check_task', input }] }),
            (told) => {
              expect(told).toHaveLength(1);
              if (told[0]!.answer?.ok !== undefined) expect(told[0]!.answer).toMatchObject({ ok: false, error: expect.any(String) });
              expect(told[0]!.text.length).toBeGreaterThan(10);
              return { say: 'I see' };
            },
          ]);
          expect(said).toBe('I see');
        });
      });
    }

    it('should take null for a field that may be left out, as strict mode sends it', async () => {
      await stage(kind, async ({ play, session }) => {
        await play([
          () => ({ call: [
            { name: 'delegate_task_async', input: { goal: 'one', agent: 'quick', context: null, depth: null, places: null } },
            { name: 'delegate_task_async', input: { goal: 'two', agent: 'listener', depth: 3, places: [{ name: 'here', page: null }] } },
          ] }),
          (told) => {
            expect(told.map(({ answer }) => answer)).toMatchObject([{ ok: true }, { ok: true }]);
            return { call: [
              { name: 'collect_task', input: { task_id: told[0]!.answer.task_id, timeout: null } },
              { name: 'cancel_task', input: { task_id: told[1]!.answer.task_id, reason: null } },
            ] };
          },
          (told) => {
            expect(told.map(({ answer }) => answer)).toMatchObject([{ ok: true, summary: 'one is done' }, { ok: true, cancelled: true }]);
            return { say: 'done' };
          },
        ]);
        expect(session.list().map(({ taskId }) => session.get(taskId)!.brief)).toEqual([
          { goal: 'one' }, { goal: 'two', depth: 3, places: [{ name: 'here' }] },
        ]);
      });
    });

    it('should end the waiting when the client aborts, and never the task', async () => {
      await stage(kind, async ({ play, session, calls, abort }) => {
        const over = play([
          () => ({ call: [delegate('listener', 'one')] }),
          ([telling]) => ({ call: [{ name: 'collect_task', input: { ...idOf(telling), timeout: 60 } }] }),
          () => ({ say: 'nobody asks any more' }),
        ]).then(() => 'ended', () => 'ended');
        await until(() => calls.some((call) => call.name === 'collect_task'));
        const collecting = calls.find((call) => call.name === 'collect_task')!;
        await new Promise((resolve) => { setTimeout(resolve, 20); });
        expect(collecting.answer).toBeUndefined();
        abort(new Error('the client has gone'));
        await until(() => collecting.answer !== undefined);
        expect(collecting.answer).toMatchObject({ ok: true, aborted: true, status: 'running' });
        expect(await over).toBe('ended');
        expect(session.list()).toMatchObject([{ status: 'running' }]);
        expect(await session.close()).toMatchObject({ stopped: true, ids: [expect.any(String)], notStopped: [] });
      });
    });

    it('should keep two parents with toolsets of their own apart', async () => {
      await stage(kind, async (one) => {
        await stage(kind, async (other) => {
          const ids: Record<string, string> = {};
          const work = (mine: string, theirs: string): readonly Step[] => [
            () => ({ call: [delegate('listener', mine)] }),
            (told) => {
              ids[mine] = told[0]!.answer.task_id;
              return { call: [{ name: 'collect_task', input: { task_id: ids[mine], timeout: 0.05 } }, { name: 'list_tasks' }] };
            },
            (told) => {
              expect(told[1]!.answer).toMatchObject({ total: 1, tasks: [{ task_id: ids[mine] }] });
              return { call: [
                { name: 'cancel_task', input: { task_id: ids[theirs] ?? 'unknown' } },
                { name: 'steer_task', input: { task_id: ids[mine], message: `I am ${mine}` } },
                { name: 'collect_task', input: { task_id: ids[mine], timeout: 100 } },
              ] };
            },
            (told) => {
              expect(told[0]!.answer).toMatchObject({ ok: false, code: 'task_not_found' });
              return { say: told[2]!.answer.summary };
            },
          ];
          const said = await Promise.all([one.play(work('one', 'two')), other.play(work('two', 'one'))]);
          expect(said).toEqual(['one: I am one', 'two: I am two']);
          expect([one, other].map(({ session }) => session.list().length)).toEqual([1, 1]);
        });
      });
    });

    it('should tell at the head of the next answer what a child asks, once, take the answer, and tell its end', async () => {
      await stage(kind, async ({ play, session, toolset }) => {
        const announced = announcing(toolset, createInbox(session));
        const look: ToolCall = { name: 'list_tasks', input: {} };
        const headOf = ([telling]: readonly Telling[]) =>
          telling!.answer as Telling['answer'] & { readonly questions?: readonly AskedQuestion[] };
        await play([
          () => ({ call: [delegate('asker', 'one')] }),
          (told) => {
            const [question] = headOf(told).questions!;
            expect(question).toMatchObject({ agent: 'asker', kind: 'choice', question: 'Which colour?', options: ['red', 'blue'] });
            return { call: [{ ...look }, { name: 'answer_task', input: { ...idOf(told[0]), answer: 'green' } }] };
          },
          (told) => {
            expect(told.map((one) => headOf([one]).questions)).toEqual([undefined, undefined]);
            expect(told[1]!.answer).toMatchObject({ ok: false, code: 'invalid_argument', error: expect.stringContaining('red, blue') });
            return { call: [{ name: 'answer_task', input: { ...idOf(told[1]), question_id: null, answer: 'blue', decline: null } }] };
          },
          (told) => {
            expect(told[0]!.answer).toMatchObject({ ok: true, answered: true });
            return { call: [look] };
          },
          (_, request) => {
            const told = tellings(request).flatMap(({ answer }) => answer.ended ?? []);
            expect(told).toMatchObject([{ agent: 'asker', status: 'completed', summary: 'blue' }]);
            expect(tellings(request).flatMap(({ answer }) => headOf([{ answer } as Telling]).questions ?? [])).toHaveLength(1);
            return { say: 'done' };
          },
        ], announced);
      });
    });

    it('should go on with the conversation of a task that has ended', async () => {
      await stage(kind, async ({ play }) => {
        await play([
          () => ({ call: [{ name: 'delegate_task', input: { agent: 'talker', goal: 'one' } }] }),
          (told) => ({ call: [{ name: 'delegate_task', input: { agent: 'talker', goal: 'two', follow_up: told[0]!.answer.task_id } }] }),
          (told) => {
            expect(told[0]!.answer).toMatchObject({ ok: true, status: 'completed', summary: 'one, two' });
            return { call: [{ name: 'delegate_task', input: { agent: 'talker', goal: 'three', follow_up: 'talker-000000' } }] };
          },
          (told) => {
            expect(told[0]!.answer).toMatchObject({ ok: false, code: 'task_not_found' });
            return { say: 'done' };
          },
        ]);
      });
    });

    it('should name a picture in a line, and spell its bytes out in no text', async () => {
      await stage(kind, async ({ play }) => {
        await play([
          () => ({ call: [{ name: 'delegate_task', input: { agent: 'painter', goal: 'paint' } }] }),
          (told) => {
            // Where the framework has parts for it, `media.spec` sees them.
            expect(told[0]!.answer).toMatchObject({
              ok: true, summary: expect.stringMatching(/^One pixel:\n\[image\/png, 7\d bytes, 1 × 1\]$/),
            });
            expect(told[0]!.text).not.toContain('iVBORw0KGgo');
            return { say: 'done' };
          },
        ]);
      });
    });

    it('should tell at the head of the next answer what has ended, once, where its tools announce it', async () => {
      await stage(kind, async ({ play, session, toolset }) => {
        const announced = announcing(toolset, createInbox(session));
        await play([
          () => ({ call: [delegate('quick', 'one')] }),
          () => ({ call: [{ name: 'list_tasks', input: {} }] }),
          () => ({ call: [{ name: 'list_tasks', input: {} }] }),
          (_, request) => {
            const told = tellings(request).flatMap(({ answer }) => answer.ended ?? []);
            expect(told).toMatchObject([{ agent: 'quick', goal: 'one', status: 'completed', summary: 'one is done' }]);
            return { say: 'done' };
          },
        ], announced);
      });
    });
  });
}

/** The task that an answer is about, as the input of a further call. */
const idOf = (telling: Telling | undefined) => ({ task_id: telling!.answer.task_id });

const delegate = (agent: string, goal: string): ToolCall => ({ name: 'delegate_task_async', input: { goal, agent } });

/** What a test of this list has at hand. */
interface Play {
  readonly session: Session;
  readonly toolset: Toolset;
  /** Every call that reached a tool, and every request that reached the model. */
  readonly calls: readonly Recorded[];
  readonly requests: readonly ModelRequest[];
  /** Runs the parent with a model that takes these turns, and answers with what it said last. */
  play(steps: readonly Step[], tools?: Readonly<Record<string, Tool>>): Promise<string>;
  abort(reason: unknown): void;
}

async function stage(kind: ParentKind, test: (play: Play) => Promise<void>): Promise<void> {
  await using session = createSession();
  const toolset = createToolset(session, { agents: { quick, listener, asker, talker, painter } });
  const calls: Recorded[] = [];
  const requests: ModelRequest[] = [];
  const controller = new AbortController();
  let steps: readonly Step[] = [];
  let wrong: Error | undefined;
  const script: Script = (request) => {
    requests.push(request);
    // What a turn finds wrong is the test's to say, and not the server's.
    try {
      const step = steps[requests.length - 1];
      if (step === undefined) throw new Error(`Nobody expected request ${requests.length}: ${JSON.stringify(request.messages.at(-1))}`);
      return step(lastTellings(request), request);
    } catch (error) {
      wrong ??= error as Error;
      return { say: 'something is wrong' };
    }
  };
  await using server = await createModelServer({ script });
  await test({
    session,
    toolset,
    calls,
    requests,
    play: async (given, tools = toolset) => {
      steps = given;
      const run = kind.run({ tools: recorded(tools, calls), server, prompt: 'Do the work.', signal: controller.signal, script });
      const said = await run.catch((error: unknown) => { throw wrong ?? error; });
      if (wrong !== undefined) throw wrong;
      expect(requests).toHaveLength(steps.length);
      return said;
    },
    abort: (reason) => { controller.abort(reason); },
  });
  const left = await session.close();
  expect(left).toMatchObject({ stopped: true, notStopped: [] });
  await until(() => server.open === 0);
}
