import { describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, lastValueFrom, mergeMap, toArray } from 'rxjs';
import {
  collect, createSession, isOutcome, lines, run, type Agent, type OpenQuestion, type Parts, type Session, type Task, type TaskEvent,
} from '../../src/index.js';
import { openSession, type DurableSession } from '../../src/core/openSession.js';
import { memoryStore } from '../../src/stores/index.js';
import { temporary } from './acp/temporary.js';
import { picture } from './kinds/picture.js';
import { wrapped } from './laws/wrapped.js';
import { turns } from './turns.js';

/** What an agent is to do. Plain data, so that a kind of agent may act it out in another process. */
export type Play =
  /** Ends at once with the result `done`, as a result or as its only line. */
  | { readonly act: 'answer' }
  /** Prints each line, then ends with the result `done`. */
  | { readonly act: 'print'; readonly lines: readonly string[] }
  /** Prints `ready`, then `heard …` for each steering message, and ends with the result `done` at the message `end`. */
  | { readonly act: 'listen' }
  /** Prints `working` where it can print, and works until it is stopped. */
  | { readonly act: 'work' }
  /** Fails with the message, after the lines where it can print. */
  | { readonly act: 'fail'; readonly lines: readonly string[]; readonly message: string }
  /** Ends, and says nothing at all. */
  | { readonly act: 'nothing' }
  /** Asks one question, and ends with the answer as its result. */
  | { readonly act: 'ask' }
  /** Ends with a picture as its result. */
  | { readonly act: 'paint' }
  /** Ends with all goals of its conversation, the first one first, parted by `, `, as its result. `kept`: where it keeps them itself. */
  | { readonly act: 'recall'; readonly kept: string };

/** Where an agent says that it holds something, a subscription or a process, and that it has let go of it. */
export interface Stage {
  enter(): void;
  leave(): void;
}

/** A kind of agent: how it acts out what it is told to. */
export interface AgentKind {
  /** The plays that this kind can act out; a promise prints nothing, a plain list waits for nothing. */
  readonly acts: readonly Play['act'][];
  /** Whether its lines come one by one, and not only as its result. */
  readonly prints: boolean;
  perform(play: Play, stage: Stage): Agent;
  /** How it acts in a session that survives its process; only where it can go on. */
  live?(life: Life, stage: Stage): Agent;
  /** How its question is answered, and what it ends with then; or why it asks nothing. */
  readonly asks: { readonly answer: unknown; readonly ends: string } | string;
  /** Whether a finished task of it can be followed up; or why not. */
  readonly followUp: true | string;
  /** Whether its result can hold pictures and files; or why not. */
  readonly media: true | string;
}

/**
 * A life of an agent: in its first it saves something to go on from, prints `working`, and works until its process ends; in a later one it
 * goes on from there, and ends with the result `done`, or without a word.
 */
export type Life = 'first' | 'speaks' | 'is silent';

/**
 * The conformance list: what every kind of agent does, whatever it is made of. A new kind is added by a line:
 *
 * ```ts
 * agentConformance('an Observable', observableKind);
 * ```
 *
 * Each is on the list twice: law 12 has it that an agent inside an agent does the same.
 */
export function agentConformance(name: string, kind: AgentKind): void {
  conformance(name, kind);
  const inside = (agent: Agent): Agent => wrapped(agent, ['as it is', 'handing on']) as Agent;
  conformance(`${name}, inside an agent inside an agent`, {
    ...kind,
    perform: (play, on) => inside(kind.perform(play, on)),
    ...kind.live !== undefined && { live: (life, on) => inside(kind.live!(life, on)) },
  });
}

function conformance(name: string, kind: AgentKind): void {
  const brief = { goal: 'act it out' };

  describe(`agent conformance: ${name}`, () => {
    const able = (act: Play['act'], title: string, test: (act: Performance) => Promise<void>): void => {
      if (kind.acts.includes(act)) it(title, () => stage(kind, test));
    };

    able('answer', 'should run in the background and end with its result', async ({ delegate }) => {
      const task = delegate({ act: 'answer' });
      expect(['running', 'completed']).toContain(task.snapshot().status);
      expect(await collect(task)).toBe('done');
      expect(task.snapshot()).toMatchObject({ status: 'completed', outcome: { type: 'completed', result: 'done' } });
    });

    able('answer', 'should tell first that it started, and last how it ended, once', async ({ delegate }) => {
      const events = await eventsOf(delegate({ act: 'answer' }));
      expect(events[0]).toMatchObject({ seq: 0, type: 'started', goal: 'act it out', depth: 1 });
      expect(events.filter(isOutcome)).toHaveLength(1);
      expect(isOutcome(events.at(-1)!)).toBe(true);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n));
    });

    able('answer', 'should not be shaken by a cancel that comes too late', async ({ delegate }) => {
      const task = delegate({ act: 'answer' });
      await collect(task);
      expect(task.cancel()).toBe(false);
      expect(task.snapshot()).toMatchObject({ status: 'completed', outcome: { result: 'done' } });
    });

    able('answer', 'should be an agent for run() too, each subscription a run of its own', async ({ perform, entered }) => {
      const cold = run(perform({ act: 'answer' }), brief);
      expect(entered()).toBe(0);
      const ends = await Promise.all([firstValueFrom(cold.pipe(toArray())), firstValueFrom(cold.pipe(toArray()))]);
      expect(ends).toEqual([ends[0], ends[0]]);
      expect(ends[0]).not.toEqual([]);
    });

    able('print', 'should stream its lines in their order', async ({ delegate }) => {
      const printed = ['one', 'two', 'three'];
      const task = delegate({ act: 'print', lines: printed });
      expect(await collect(task)).toBe('done');
      expect(await firstValueFrom(task.events.pipe(lines(), toArray()))).toEqual(expect.arrayContaining(printed));
      expect(task.snapshot().preview.slice(0, 3)).toEqual(printed);
    });

    able('print', 'should keep two tasks of one agent apart', async ({ session, perform }) => {
      const agent = perform({ act: 'print', lines: ['one', 'two'] });
      const tasks = [session.delegate(agent, brief), session.delegate(agent, brief)];
      expect(await Promise.all(tasks.map((task) => collect(task)))).toEqual(['done', 'done']);
      for (const task of tasks) expect(task.snapshot().preview.slice(0, 2)).toEqual(['one', 'two']);
    });

    able('listen', 'should be steered in mid-run, and say by its output that it was', async ({ delegate }) => {
      const task = delegate({ act: 'listen' });
      await printed(task, 'ready');
      const receipt = task.steer('left');
      expect(await firstValueFrom(receipt.settled)).toMatchObject({ id: receipt.id, state: 'delivered' });
      await printed(task, 'heard left');
      task.steer('end');
      expect(await collect(task)).toBe('done');
      expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 2, missed: 0 });
    });

    able('listen', 'should take the messages that came before it listened, in their order', async ({ delegate }) => {
      const task = delegate({ act: 'listen' });
      for (const words of ['one', 'two', 'end']) expect(task.steer(words).state).not.toBe('missed');
      expect(await collect(task)).toBe('done');
      expect(task.snapshot(Infinity).preview.filter((words) => words.startsWith('heard'))).toEqual(['heard one', 'heard two']);
    });

    able('work', 'should be cancelled in the same frame, and really stop', async ({ delegate, live }) => {
      const task = delegate({ act: 'work' });
      if (kind.prints) await printed(task, 'working');
      else await turns();
      expect(live()).toBe(1);
      const events: TaskEvent[] = [];
      task.events.subscribe((event) => events.push(event));
      expect(task.cancel('enough')).toBe(true);
      expect(task.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'enough' });
      const { length } = events;
      expect(await firstValueFrom(task.stopped)).toEqual({ taskId: task.id, stopped: true, ids: [task.id], notStopped: [] });
      expect(live()).toBe(0);
      await turns();
      expect(events).toHaveLength(length);
      expect(events.at(-1)).toMatchObject({ type: 'cancelled' });
      expect(task.cancel()).toBe(false);
    });

    able('work', 'should really stop where it is cancelled in the frame of its start', async ({ delegate, live }) => {
      const task = delegate({ act: 'work' });
      task.cancel();
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      expect(live()).toBe(0);
      expect((await eventsOf(task)).filter(isOutcome)).toMatchObject([{ type: 'cancelled' }]);
    });

    able('work', 'should be stopped by its signal of delegation, and say the reason', async ({ session, perform, live }) => {
      const controller = new AbortController();
      const task = session.delegate(perform({ act: 'work' }), brief, { signal: controller.signal });
      await turns();
      controller.abort(new Error('user left'));
      expect(task.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'user left' });
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      expect(live()).toBe(0);
    });

    able('work', 'should let messages be missed that it never takes, and say so', async ({ delegate }) => {
      const task = delegate({ act: 'work' });
      const receipt = task.steer('left');
      task.cancel();
      expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'missed', reason: 'cancelled' });
    });

    able('work', 'should stop when the session is closed', async ({ session, delegate, live }) => {
      const tasks = [delegate({ act: 'work' }), delegate({ act: 'work' })];
      await turns();
      expect(live()).toBe(2);
      expect(await session.close()).toEqual({ stopped: true, ids: tasks.map(({ id }) => id), notStopped: [], unheard: [] });
      expect(live()).toBe(0);
    });

    able('work', 'should stop when a run() of it is unsubscribed', async ({ perform, live }) => {
      const subscription = run(perform({ act: 'work' }), brief).subscribe();
      await turns();
      expect(live()).toBe(1);
      subscription.unsubscribe();
      await until(() => live() === 0);
    });

    able('fail', 'should fail with a reason that can be read', async ({ delegate }) => {
      const task = delegate({ act: 'fail', lines: ['one'], message: 'out of paper' });
      const outcome = (await eventsOf(task)).at(-1);
      expect(outcome).toMatchObject({ type: 'failed', error: { code: 'agent_error', message: expect.stringContaining('out of paper') } });
      if (kind.prints) expect(task.snapshot().preview).toEqual(['one']);
      await expect(collect(task)).rejects.toMatchObject({ code: 'agent_error', message: expect.stringContaining('out of paper') });
    });

    able('fail', 'should fail on the error channel of run(), where it can be tried again', async ({ perform, entered }) => {
      const cold = run(perform({ act: 'fail', lines: [], message: 'out of paper' }), brief);
      for (const turn of [1, 2]) {
        await expect(lastValueFrom(cold)).rejects.toMatchObject({ message: expect.stringContaining('out of paper') });
        expect(entered()).toBe(turn);
      }
    });

    able('nothing', 'should fail as no_result where it says nothing at all', async ({ delegate }) => {
      expect((await eventsOf(delegate({ act: 'nothing' }))).at(-1)).toMatchObject({ type: 'failed', error: { code: 'no_result' } });
    });

    if (kind.live !== undefined) {
      const { live: perform } = kind;
      const lives = async (second: Life, test: (task: Task) => Promise<void>): Promise<void> => {
        const store = memoryStore();
        let [entered, left] = [0, 0];
        const open: Stage = { enter: () => { entered += 1; }, leave: () => { left += 1; } };
        const live = (agent: Agent): Promise<DurableSession> => openSession({ store, agents: { player: { agent, onRestart: 'resume' } } });
        const agent = perform('first', open);
        const first = await live(agent);
        const { id } = first.delegate(agent, brief, { name: 'player' });
        await printed(first.get(id)!, 'working');
        expect(await first.close()).toMatchObject({ stopped: true, kept: [id] });
        expect([entered, left]).toEqual([1, 1]);
        const next = await live(perform(second, open));
        const task = next.get(id)!;
        expect(task.outcome).toBeUndefined();
        await test(task);
        await firstValueFrom(task.stopped);
        expect([entered, left]).toEqual([2, 2]);
        await next.close();
      };

      it('should go on when its process has ended, and end with what it says then', () => lives('speaks', async (task) => {
        expect(await collect(task)).toBe('done');
        expect(task.outcome).toMatchObject({ type: 'completed', attempt: 2 });
        expect((await eventsOf(task)).filter(isOutcome)).toHaveLength(1);
        expect(task.snapshot(Infinity).preview[0]).toBe('working');
      }));

      it('should have nothing of an earlier life as its result', () => lives('is silent', async (task) => {
        expect((await eventsOf(task)).at(-1)).toMatchObject({ type: 'failed', error: { code: 'no_result' } });
      }));
    }

    const { asks, followUp, media } = kind;
    if (typeof media === 'string') {
      it.skip(`puts out no picture: ${media}`, () => undefined);
    } else {
      it('should hand a picture on as it is', () => stage(kind, async ({ delegate }) => {
        const task: Task = delegate({ act: 'paint' });
        expect((await collect(task) as Parts).parts).toEqual(picture.parts);
        expect(JSON.stringify(await eventsOf(task))).not.toContain('137,80');
      }));
    }

    if (typeof asks === 'string') {
      it.skip(`asks nothing: ${asks}`, () => undefined);
    } else {
      const open = (session: Session): Promise<OpenQuestion> =>
        firstValueFrom(session.questions.pipe(mergeMap((questions) => questions.slice(0, 1))));

      it('should ask, wait as long as it takes, and go on with the answer', () => stage(kind, async ({ session, delegate }) => {
        const task = delegate({ act: 'ask' });
        const question = await open(session);
        expect(task.snapshot()).toMatchObject({ status: 'running', waitingFor: { reason: `an answer: ${question.text}` } });
        expect(question).toMatchObject({ taskId: task.id, text: expect.stringContaining('colour') });
        expect(question.answer(asks.answer)).toMatchObject({ answered: true });
        expect(await collect(task)).toBe(asks.ends);
        expect(question.answer(asks.answer)).toMatchObject({ answered: false, error: { code: 'already_answered' } });
        expect((await eventsOf(task)).filter(({ type }) => type === 'question' || type === 'answered').map(({ type }) => type))
          .toEqual(['question', 'answered']);
        expect(await firstValueFrom(session.questions)).toEqual([]);
      }));

      it('should really stop where it is cancelled while it asks', () => stage(kind, async ({ session, delegate, live }) => {
        const task = delegate({ act: 'ask' });
        const question = await open(session);
        task.cancel('enough');
        expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true, notStopped: [] });
        expect(live()).toBe(0);
        expect(question.answer(asks.answer)).toMatchObject({ answered: false, error: { code: 'not_running' } });
        expect(await firstValueFrom(session.questions)).toEqual([]);
      }));

      it('should ask the same again when its process has ended and it is restarted', async () => {
        const store = memoryStore();
        const begin = async (): Promise<{ readonly session: DurableSession; readonly agent: Agent }> => {
          const agent = kind.perform({ act: 'ask' }, NOBODY);
          return { agent, session: await openSession({ store, agents: { player: { agent, onRestart: 'restart' } } }) };
        };
        const first = await begin();
        const { id } = first.session.delegate(first.agent, brief, { name: 'player' });
        const asked = await open(first.session);
        expect(await first.session.close()).toMatchObject({ stopped: true, kept: [id] });
        const { session } = await begin();
        // Permissions are asked for anew; of the rest, the kept question is what is asked again.
        const again = await open(session);
        expect([again.text, again.kind]).toEqual([asked.text, asked.kind]);
        again.answer(asks.answer);
        expect(await collect(session.get(id)!)).toBe(asks.ends);
        await session.close();
      });
    }

    if (typeof followUp === 'string') {
      it.skip(`cannot be followed up: ${followUp}`, () => undefined);
    } else {
      it('should go on with the conversation of a task that has ended', () => stage(kind, async ({ session, perform }) => {
        const agent = perform({ act: 'recall', kept: newPlace() });
        const ask = (goal: string, after?: Task): Task => session.delegate(agent, { goal, ...after && { follow_up: after.id } });
        const first = ask('one');
        expect(await collect(first)).toBe('one');
        const second = ask('two', first);
        expect(await collect(second)).toBe('one, two');
        expect(await collect(ask('three', second))).toBe('one, two, three');
        expect(await collect(ask('four'))).toBe('four');
      }));

      it('should go on with it when its process has ended', async () => {
        const store = memoryStore();
        const kept = newPlace();
        const begin = async (): Promise<{ readonly session: DurableSession; readonly agent: Agent }> => {
          const agent = kind.perform({ act: 'recall', kept }, NOBODY);
          return { agent, session: await openSession({ store, agents: { player: agent } }) };
        };
        const first = await begin();
        const { id } = first.session.delegate(first.agent, { goal: 'one' }, { name: 'player' });
        expect(await collect(first.session.get(id)!)).toBe('one');
        await first.session.close();
        const { session, agent } = await begin();
        expect(await collect(session.delegate(agent, { goal: 'two', follow_up: id }, { name: 'player' }))).toBe('one, two');
        await session.close();
      });
    }

    for (const act of kind.acts) {
      if (act === 'work') continue;
      able(act, `should leave nothing behind after "${act}"`, async ({ session, delegate, live, entered }) => {
        const task = delegate(playOf(act));
        if (act === 'listen') task.steer('end');
        await eventsOf(task);
        expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
        expect([entered(), live()]).toEqual([1, 0]);
        expect(await session.close()).toEqual({ stopped: true, ids: [], notStopped: [], unheard: [] });
      });
    }
  });

  /** What a test of this list has at hand. */
  interface Performance {
    readonly session: Session;
    perform(play: Play): Agent;
    delegate(play: Play): Task<string>;
    /** How many performances have begun, and how many of them hold something. */
    entered(): number;
    live(): number;
  }

  async function stage({ perform }: AgentKind, test: (performance: Performance) => Promise<void>): Promise<void> {
    let entered = 0;
    let left = 0;
    const open: Stage = { enter: () => { entered += 1; }, leave: () => { left += 1; } };
    await using session = createSession();
    await test({
      session,
      perform: (play) => perform(play, open),
      delegate: (play) => session.delegate(perform(play, open), brief),
      entered: () => entered,
      live: () => entered - left,
    });
    await session.close();
    // A run() outside the session has nobody who waits for what it still lets go of.
    await until(() => left === entered);
  }
}

const NOBODY: Stage = { enter: () => undefined, leave: () => undefined };

const file = temporary();
let places = 0;

/** A file that is nobody else's. */
const newPlace = (): string => file(`conversations-${++places}`);

const playOf = (act: Play['act']): Play => {
  switch (act) {
    case 'print': return { act, lines: ['one', 'two'] };
    case 'fail': return { act, lines: ['one'], message: 'out of paper' };
    case 'recall': return { act, kept: '' };
    default: return { act };
  }
};

const eventsOf = (task: Task): Promise<TaskEvent[]> => firstValueFrom(task.events.pipe(toArray()));

const printed = (task: Task, words: string): Promise<string> => firstValueFrom(task.events.pipe(lines(), filter((each) => each === words)));

/** Waits without a clock of its own; Jest's is the limit. */
async function until(is: () => boolean): Promise<void> {
  while (!is()) await turns(1);
}
