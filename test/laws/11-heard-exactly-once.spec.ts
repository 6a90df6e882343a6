import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat, defer, EMPTY, map, NEVER, of, Subject, throwError, timer, type Subscription } from 'rxjs';
import { createSession, type Agent, type Session, type Task } from '../../src/index.js';
import { createInbox, type Batch, type Sent } from '../../src/inbox/index.js';
import { createToolset, type Completion } from '../../src/tools/index.js';
import { marbles } from '../support/laws/marbles.js';
import { timesLawRuns } from '../support/laws/play.js';
import { createVirtualTime } from '../support/virtualTime.js';

const idsOf = ({ completions }: { readonly completions: readonly Completion[] }): string =>
  completions.map(({ task_id }) => task_id).join('');

/** Ends after so many milliseconds; those named in capitals fail. */
const after = (ms: number): Agent => ({ goal }) => concat(
  timer(ms).pipe(map(() => 'done')), defer(() => goal === goal.toUpperCase() ? throwError(() => new Error('no')) : EMPTY),
);
/** Starts a task for each letter of a diagram, which ends in its frame. */
const endings = (session: Session, diagram: string): void => {
  diagram.trim().split(/(?=.)/).forEach((name, frame) => {
    if (/[a-z]/i.test(name)) session.delegate(after(frame), { goal: name }, { name });
  });
};

describe('law 11: every ended task is heard exactly once', () => {
  it('should tell an idle parent when the burst is over, and a failure at once', () => {
    marbles(({ session, expectObservable }) => {
      const ended = '  ab---c----d---E---';
      const told = '   ---A---B----C-D---';
      endings(session, ended);
      const inbox = createInbox(session);
      const batches = inbox.batches({ quiet: 2, burst: 10 }).pipe(map((batch) => {
        batch.acknowledge();
        return idsOf(batch);
      }));
      expectObservable(batches, '^-----------------!').toBe(told.trim(), { A: 'ab', B: 'c', C: 'd', D: 'E' });
    });
  });

  it('should tell a busy parent at its next boundary, and not wake it', () => {
    marbles(({ session, hot, expectObservable }) => {
      const ended = '   -ab-c-------d-';
      const boundary = ' --x-----x--x---x';
      const told = '     --A-----B------C';
      endings(session, ended);
      const batches = createInbox(session).batches({ boundary: hot(boundary) }).pipe(map((batch) => {
        batch.acknowledge();
        return idsOf(batch);
      }));
      expectObservable(batches, '^-----------------!').toBe(told.trim(), { A: 'ab', B: 'c', C: 'd' });
    });
  });

  it('should take back what a collect has told, and hand over what was released', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, generateId: (name) => name });
    const inbox = createInbox(session, { leaseTime: 1_000 });
    const tasks = ['a', 'b', 'c'].map((name) => session.delegate(() => ['done'], { goal: name }, { name }));
    expect(inbox.waiting).toBe(3);
    tasks[1]!.events.subscribe();
    const first = inbox.lease()!;
    expect([idsOf(first), inbox.waiting, inbox.lease()]).toEqual(['ac', 0, undefined]);
    tasks[2]!.events.subscribe();
    first.release();
    const second = inbox.lease()!;
    expect(idsOf(second)).toBe('a');
    first.acknowledge();
    expect(session.unheard()).toEqual([tasks[0]]);
    advance(1_000);
    // The lease ran out: it comes back, and the one who is late can still say that it was told.
    expect([inbox.waiting, session.unheard().length]).toEqual([1, 1]);
    second.acknowledge();
    expect([inbox.waiting, session.unheard()]).toEqual([0, []]);
  });

  it('should never hand the same over by two inboxes of one scope', () => {
    const session = createSession({ generateId: (name) => name });
    session.delegate(() => ['done'], { goal: 'a' }, { name: 'a' });
    const [one, other] = [createInbox(session), createInbox(session)];
    expect([one.lease()?.completions.length, other.lease(), other.waiting]).toEqual([1, undefined, 0]);
  });

  it('should make one wake-up of 500 endings while the parent is idle', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, maxRunning: Infinity });
    const inbox = createInbox(session, { maxBatch: 1_000 });
    const sizes: [number, number][] = [];
    inbox.batches().subscribe((batch) => {
      sizes.push([batch.completions.length, scheduler.now()]);
      batch.acknowledge();
    });
    advance(500);
    const start = scheduler.now();
    const endAll = new Subject<string>();
    for (let n = 0; n < 500; n++) session.delegate(() => endAll, { goal: `${n}` });
    for (let n = 0; n < 10; n++) {
      if (n === 9) endAll.complete();
      else endAll.next('line');
      advance(20);
    }
    advance(10_000);
    expect(sizes.map(([size]) => size)).toEqual([500]);
    expect(sizes[0]![1] - start).toBeLessThanOrEqual(1_000);
  });

  it('should try again where telling fails, and tell each once', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, generateId: (name) => name });
    const told: string[] = [];
    let tries = 0;
    const seen: boolean[] = [];
    createInbox(session).deliver((batch) => {
      tries += 1;
      if (tries < 3) throw new Error('not now');
      told.push(idsOf(batch));
      return of(undefined);
    }).subscribe((delivery) => seen.push(delivery.told));
    session.delegate(() => ['done'], { goal: 'a' }, { name: 'a' });
    advance(200);
    session.delegate(() => ['done'], { goal: 'b' }, { name: 'b' });
    advance(60_000);
    expect([seen, told, session.unheard()]).toEqual([[false, false, true, true], ['a', 'b'], []]);
  });

  it('should say once of a completion that it waits for too long', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, generateId: (name) => name });
    session.delegate(() => ['done'], { goal: 'a' }, { name: 'a' });
    const said: string[] = [];
    createInbox(session, { maxAge: 1_000 }).overdue.subscribe(({ task_id, waited }) => said.push(`${task_id} ${waited}`));
    session.delegate(() => ['done'], { goal: 'b' }, { name: 'b' }).events.subscribe();
    session.delegate(() => ['done'], { goal: 'c' }, { name: 'c' });
    advance(999);
    expect(said).toEqual([]);
    advance(10_000);
    expect(said).toEqual(['a 1', 'c 1']);
  });

  it('should be over when the session is closed, and leave no timer', async () => {
    const { scheduler } = createVirtualTime();
    const session = createSession({ scheduler });
    let over = 0;
    const inbox = createInbox(session);
    inbox.batches({ boundary: NEVER }).subscribe({ complete: () => { over += 1; } });
    inbox.overdue.subscribe({ complete: () => { over += 1; } });
    await session.close();
    expect([over, scheduler.actions.length]).toEqual([2, 0]);
  });

  // What happens, in any order; limits are one or two.
  const nth = fc.nat(3);
  const steps = fc.array(fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), nth, fails: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('boundary' as const, 'lease' as const, 'resubscribe' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('acknowledge' as const, 'release' as const), nth }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('hear' as const), nth }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(0, 1, 2, 5, 20) }) },
  ), { maxLength: 30 });
  const options = fc.record({
    maxBatch: fc.constantFrom(1, 2), leaseTime: fc.constantFrom(2, 7), unheard: fc.constantFrom(2, 1_000),
    mode: fc.constantFrom('idle' as const, 'boundary' as const, 'busy' as const), failing: fc.constantFrom(0, 1, 2),
    deliver: fc.boolean(),
  });

  it(`should hold, on ${timesLawRuns(4_000)} random schedules`, () => {
    fc.assert(fc.property(options, steps, ({ maxBatch, leaseTime, mode, failing, deliver }, all) => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, maxRunning: Infinity });
      const inbox = createInbox(session, { maxBatch, leaseTime });
      const running: Subject<string>[] = [];
      const tasks: Task[] = [];
      const told: string[] = [];
      const read = new Set<string>();
      const open: Batch[] = [];
      const boundary = new Subject<void>();
      let left = failing;
      const hands = new Map<string, number>();
      /** What is handed over was neither told nor read before, and is in nobody else's hands. */
      const accept = (batch: Batch): void => {
        const ids = batch.completions.map(({ task_id }) => task_id);
        for (const id of ids) {
          if (told.includes(id) || read.has(id)) throw new Error(`${id} was handed over again`);
          if ((hands.get(id) ?? 0) > scheduler.now()) throw new Error(`${id} is in other hands`);
          hands.set(id, scheduler.now() + (deliver ? 0 : leaseTime));
        }
        if (new Set(ids).size !== ids.length) throw new Error('twice in one batch');
      };
      const giveBack = (batch: Batch): void => {
        for (const { task_id } of batch.completions) hands.delete(task_id);
      };
      const acknowledge = (batch: Batch): void => {
        const before = new Set(session.unheard().map(({ id }) => id));
        batch.acknowledge();
        const after = new Set(session.unheard().map(({ id }) => id));
        for (const { task_id } of batch.completions) if (before.has(task_id) && !after.has(task_id)) told.push(task_id);
      };
      const choices = { idle: {}, boundary: { boundary }, busy: { boundary, busy: () => left > 0 } }[mode];
      const subscribe = (): Subscription => deliver
        ? inbox.deliver((batch) => {
          accept(batch);
          if (left-- > 0) throw new Error('not now');
          told.push(...batch.completions.map(({ task_id }) => task_id).filter((id) => !read.has(id)));
          return of(undefined);
        }, choices).subscribe()
        : inbox.batches(choices).subscribe((batch) => {
          accept(batch);
          if (left-- > 0) open.push(batch);
          else acknowledge(batch);
        });
      let subscription = subscribe();
      for (const step of all) {
        if (step.do === 'start') {
          const ends = new Subject<string>();
          running.push(ends);
          tasks.push(session.delegate(() => ends, { goal: 'work' }));
        } else if (step.do === 'end') {
          const ends = running.splice(step.nth % Math.max(1, running.length), 1)[0];
          ends?.next('done');
          if (step.fails) ends?.error(new Error('no'));
          else ends?.complete();
        } else if (step.do === 'boundary') {
          boundary.next();
        } else if (step.do === 'lease') {
          const batch = inbox.lease();
          if (batch !== undefined) {
            accept(batch);
            open.push(batch);
          }
        } else if (step.do === 'acknowledge' || step.do === 'release') {
          const batch = open.splice(step.nth % Math.max(1, open.length), 1)[0];
          if (batch === undefined) continue;
          giveBack(batch);
          if (step.do === 'release') batch.release();
          else acknowledge(batch);
        } else if (step.do === 'hear') {
          const task = tasks[step.nth % Math.max(1, tasks.length)];
          if (task === undefined || told.includes(task.id)) continue;
          if (task.snapshot(0).outcome !== undefined) read.add(task.id);
          task.events.subscribe((event) => { if (event.type === 'completed' || event.type === 'failed') read.add(task.id); });
        } else if (step.do === 'resubscribe') {
          // Whoever leaves gives back what it was handed.
          hands.clear();
          subscription.unsubscribe();
          for (const batch of open.splice(0)) batch.release();
          subscription = subscribe();
        } else if (step.do === 'advance') {
          advance(step.ms);
        }
      }
      // In the end everything ends, everything in hand comes back, and somebody takes it.
      for (const ends of running) {
        ends.next('done');
        ends.complete();
      }
      subscription.unsubscribe();
      left = 0;
      for (const batch of open) batch.release();
      hands.clear();
      advance(200_000);
      for (let batch = inbox.lease(); batch !== undefined; batch = inbox.lease()) {
        accept(batch);
        acknowledge(batch);
      }
      const once = new Set(told);
      expect(told).toHaveLength(once.size);
      for (const { id } of tasks) if (once.has(id) === read.has(id)) throw new Error(`${id}: told ${once.has(id)}, read ${read.has(id)}`);
      expect(session.unheard()).toEqual([]);
      expect(inbox.waiting).toBe(0);
      void session.close();
      advance(10_000);
    }), { numRuns: timesLawRuns(4_000) });
  });

  // A model's loop as a wrapper sees it: requests with what stands in the conversation, answered or not, and turns that are dropped.
  const moves = fc.array(fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('end' as const), nth }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), nth, tool: fc.constantFrom('collect_task', 'wait_for_tasks') }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const), works: fc.boolean(), keeps: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('rewind' as const), nth }) },
  ), { maxLength: 25 });

  it(`should hold where tools tell and requests fail, on ${timesLawRuns(300)} random schedules`, async () => {
    await fc.assert(fc.asyncProperty(moves, fc.constantFrom(1, 2, 3), async (all, maxBatch) => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, maxRunning: Infinity });
      const inbox = createInbox(session, { maxBatch });
      const tools = createToolset(session, { agents: { worker: () => ['done'] } });
      const running = [0, 1, 2, 3].map(() => new Subject<string>());
      const ids = running.map((ends) => session.delegate(() => ends, { goal: 'work' }).id);
      const turn = inbox.turn();
      /** What stands in the conversation: answers by their calls, and texts. */
      let conversation: { readonly call?: string; readonly text: string }[] = [];
      const sent = (): Sent => ({
        answers: () => conversation.flatMap(({ call, text }) => call === undefined ? [] : [[call, text] as const]),
        texts: () => conversation.filter(({ call }) => call === undefined).map(({ text }) => text),
      });
      const heard = new Set<string>();
      const toldIn = (text: string): string[] =>
        ids.filter((id) => new RegExp(`"task_id":"${id}","(?:agent":"[^}]*?"status|status)":"completed"`).test(text));
      let calls = 0;
      const ask = (works: boolean, keeps: boolean): void => {
        const before = conversation;
        for (const { text } of turn.take(sent())) {
          for (const id of toldIn(text)) {
            if (heard.has(id) || conversation.some((one) => toldIn(one.text).includes(id))) throw new Error(`${id} was told again`);
          }
          conversation = [...conversation, { text }];
        }
        const request = turn.send(sent());
        if (works) {
          for (const { text } of conversation) for (const id of toldIn(text)) heard.add(id);
          request.answered();
        } else {
          request.failed();
          if (!keeps) conversation = before;
        }
      };
      const endOne = (which: number): void => {
        const [ends] = running.splice(which % Math.max(1, running.length), 1);
        ends?.next('done');
        ends?.complete();
      };
      for (const move of all) {
        if (move.do === 'end') endOne(move.nth);
        else if (move.do === 'ask') ask(move.works, move.keeps);
        else if (move.do === 'rewind') conversation = conversation.slice(0, move.nth);
        else {
          const call = `call ${calls++}`;
          const input = move.tool === 'collect_task' ? { task_id: ids[move.nth % ids.length], timeout: 0 } : { timeout: 0 };
          const answer = await tools[move.tool as 'collect_task'].execute(input, { callId: call });
          conversation = [...conversation, { call, text: JSON.stringify(answer) }];
        }
      }
      while (running.length > 0) endOne(0);
      for (let n = 0; n < 6; n++) {
        ask(true, true);
        advance(400_000);
      }
      expect([ids.filter((id) => !heard.has(id)), session.unheard()]).toEqual([[], []]);
      await session.close();
    }), { numRuns: timesLawRuns(300) });
  });
});
