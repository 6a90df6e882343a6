import { describe, expect, it } from '@jest/globals';
import { createSession, fromAsync, type Agent, type Session } from '../../../src/index.js';
import { createInbox, type Inbox } from '../../../src/inbox/index.js';
import { createToolset, type Toolset } from '../../../src/tools/index.js';
import { createModelServer, type ModelServer } from '../modelServer/createModelServer.js';
import type { Script, Turn } from '../modelServer/script.js';
import { endingsIn, questionsIn } from './endingsIn.js';
import { until } from '../until.js';
import { recorded, type Recorded } from './recorded.js';
import { lastTellings } from './tellings.js';

/** One run of a parent that has an inbox, until the model only speaks. Whoever calls its model should not try again by itself. */
export type InboxParent = (parent: {
  readonly toolset: Toolset; readonly inbox: Inbox; readonly server: ModelServer; readonly signal?: AbortSignal;
}) => Promise<unknown>;

/** A child that ends when it is let go, or at once. */
const child = (ends: Promise<unknown> = Promise.resolve()) => fromAsync(async ({ goal }) => {
  await ends;
  return `${goal} is done`;
});

/** Asks for a colour, and ends with it. */
const asker: Agent = (_brief, _steering, context) => context.ask({ text: 'Which colour?', options: ['red', 'blue'] });

/**
 * What every parent must do that is told by an inbox between its model's calls: each end is told once, stays in the conversation, and comes
 * back where telling it failed. Call it in the kind's own spec.
 */
export function tellsOnce(name: string, run: InboxParent): void {
  describe(`${name}: the inbox`, () => {
    it('should tell before the first call what has ended', async () => {
      await stage([() => ({ say: 'done' })], async ({ session, work, told, inbox }) => {
        await ended(session.delegate(child(), { goal: 'one' }, { name: 'worker' }));
        await work(run);
        expect(told()).toMatchObject([[{ agent: 'worker', goal: 'one', status: 'completed', summary: 'one is done' }]]);
        expect(inbox.waiting).toBe(0);
        expect(inbox.lease()).toBeUndefined();
        expect(session.unheard()).toEqual([]);
      });
    });

    it('should tell between two calls what has ended in the meantime, once, and keep it in the conversation', async () => {
      const look: Turn = { call: [{ name: 'list_tasks' }] };
      const lookAfter = (...goals: readonly string[]): Step => async (_, { session }) => {
        for (const goal of goals) await ended(session.delegate(child(), { goal }));
        return look;
      };
      const steps = [lookAfter('one'), lookAfter(), lookAfter('two', 'three'), lookAfter(), () => ({ say: 'done' })];
      await stage(steps, async ({ session, work, told, inbox }) => {
        await work(run);
        const goals = told().map((batch) => batch.map(({ goal }) => goal));
        expect(goals).toEqual([[], ['one'], ['one'], ['one', 'two', 'three'], ['one', 'two', 'three']]);
        expect(inbox.waiting).toBe(0);
        expect(session.unheard()).toEqual([]);
      });
    });

    it('should not tell what a call has told by itself', async () => {
      const steps: readonly Step[] = [
        () => ({ call: [{ name: 'delegate_task', input: { goal: 'one', agent: 'worker' } }] }),
        () => ({ call: [{ name: 'delegate_task_async', input: { goal: 'two', agent: 'slow' } }] }),
        ([started], { letGo, calls }) => {
          void until(() => calls.some(({ name: tool }) => tool === 'collect_task')).then(letGo);
          return { call: [{ name: 'collect_task', input: { task_id: started!.answer.task_id, timeout: 100 } }] };
        },
        () => ({ say: 'done' }),
      ];
      await stage(steps, async ({ session, work, told }) => {
        await work(run);
        expect(told()).toEqual([[], [], [], []]);
        expect(session.unheard()).toEqual([]);
      });
    });

    it('should tell again what was told in a call that failed, and only that', async () => {
      const refusal: Turn = { status: 400, message: 'refused' };
      await stage([() => refusal, () => ({ say: 'done' }), () => ({ say: 'done' })], async ({ session, work, told, inbox }) => {
        await ended(session.delegate(child(), { goal: 'one' }));
        await expect(work(run)).rejects.toThrow();
        await work(run);
        await work(run);
        expect(told().map((batch) => batch.map(({ goal }) => goal))).toEqual([['one'], ['one'], []]);
        expect(inbox.waiting).toBe(0);
        expect(session.unheard()).toEqual([]);
      });
    });

    it('should tell between two calls what a child asks, once, and its end once it was answered', async () => {
      const look: Turn = { call: [{ name: 'list_tasks' }] };
      const steps: readonly Step[] = [
        (_, { session }) => {
          session.delegate(asker, { goal: 'one' }, { name: 'asker' });
          return look;
        },
        (_, { server }) => {
          const [question] = questionsIn(server.visits.at(-1)!);
          const { task_id, question_id } = question!;
          return { call: [{ name: 'answer_task', input: { task_id, question_id, answer: 'blue' } }] };
        },
        async (answers, { session }) => {
          expect(answers[0]!.answer).toMatchObject({ ok: true, answered: true });
          await until(() => session.list()[0]!.status === 'completed');
          return look;
        },
        () => ({ say: 'done' }),
      ];
      await stage(steps, async ({ session, work, told, asked, inbox }) => {
        await work(run);
        expect(asked().map((batch) => batch.map(({ question, options }) => [question, options]))).toEqual(
          [[], ...Array.from({ length: 3 }, () => [['Which colour?', ['red', 'blue']]])],
        );
        const ends = told().map((batch) => batch.map(({ summary }) => summary));
        // Its end may come before the request that carries the answer, or after.
        expect([[[], [], [], ['blue']], [[], [], ['blue'], ['blue']]]).toContainEqual(ends);
        expect(inbox.waiting).toBe(0);
        expect(session.unheard()).toEqual([]);
      });
    });

    it('should tell again what a child asks where the call that told it failed, and nothing of what was answered since', async () => {
      const refusal: Turn = { status: 400, message: 'refused' };
      await stage([() => refusal, () => refusal, () => ({ say: 'done' })], async ({ session, work, asked, inbox }) => {
        const [one, other] = ['one', 'two'].map((goal) => session.delegate(asker, { goal }, { name: 'asker' }));
        await expect(work(run)).rejects.toThrow();
        one!.answer(one!.questions[0]!.id, 'red');
        await ended(one!);
        await expect(work(run)).rejects.toThrow();
        await work(run);
        expect(asked().map((batch) => batch.map(({ task_id }) => task_id))).toEqual([[one!.id, other!.id], [other!.id], [other!.id]]);
        expect(inbox.waiting).toBe(0);
      });
    });

    it('should leave what ends after the last answer for the next run', async () => {
      const late: Step = async (_, { session }) => {
        await ended(session.delegate(child(), { goal: 'one' }));
        return { say: 'done' };
      };
      await stage([late, () => ({ say: 'done' })], async ({ session, work, told, inbox }) => {
        await work(run);
        expect(inbox.waiting).toBe(1);
        await work(run);
        expect(told().map((batch) => batch.map(({ goal }) => goal))).toEqual([[], ['one']]);
        expect(session.unheard()).toEqual([]);
      });
    });
  });
}

interface Stage {
  readonly session: Session;
  readonly toolset: Toolset;
  readonly inbox: Inbox;
  readonly server: ModelServer;
  /** The calls that have reached a tool. */
  readonly calls: readonly Recorded[];
  /** Lets the slow child end. */
  letGo(): void;
  /** What each request told, request by request. */
  told(): readonly ReturnType<typeof endingsIn>[];
  /** What each request told of what is asked. */
  asked(): readonly ReturnType<typeof questionsIn>[];
  work(run: InboxParent): Promise<unknown>;
}

type Step = (told: ReturnType<typeof lastTellings>, at: Stage) => Turn | Promise<Turn>;

async function stage(steps: readonly Step[], test: (at: Stage) => Promise<void>): Promise<void> {
  await using session = createSession();
  let letGo = (): void => {};
  const slow = child(new Promise<void>((resolve) => { letGo = resolve; }));
  const calls: Recorded[] = [];
  const toolset = recorded(createToolset(session, {
    agents: { worker: { agent: child(), description: 'Works.' }, slow: { agent: slow, description: 'Takes its time.' } },
  }), calls);
  const inbox = createInbox(session);
  const script: Script = (request) => steps[request.index]?.(lastTellings(request), at) ?? { status: 400, message: 'nobody expected this' };
  await using server = await createModelServer({ script });
  const at: Stage = {
    session, toolset, inbox, server, letGo, calls,
    told: () => server.visits.map(endingsIn),
    asked: () => server.visits.map(questionsIn),
    work: (run) => run({ toolset, inbox, server }),
  };
  await test(at);
  expect(server.visits).toHaveLength(steps.length);
}

/** Looking at the outcome by a snapshot is not hearing of it. */
async function ended(task: Pick<ReturnType<Session['delegate']>, 'snapshot'>): Promise<void> {
  await until(() => task.snapshot().outcome !== undefined);
}
