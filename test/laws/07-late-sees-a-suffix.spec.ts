import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject, take } from 'rxjs';
import { createSession, step, type AgentOutput, type TaskEvent } from '../../src/index.js';
import { lateSeesSuffix } from '../support/laws/checks/lateSeesSuffix.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { onRandomSchedules, play } from '../support/laws/play.js';

describe('law 7: a late observer sees a suffix of what an early one saw, and always the outcome', () => {
  it('should replay the window, then go on live, then say the outcome', () => {
    marbles(({ session, cold, expectObservable }) => {
      const child = cold('   -a-b-c-------d--|    ');
      const early = '        sa-b-c-------d--(C|) ';
      const sub2 = '         -------^             ';
      const expected2 = '    -------(bc)--d--(C|) ';
      const sub3 = '         -----------------^   ';
      const expected3 = '    -----------------(cdC|)';
      const { events } = session.delegate(() => child, { goal: 'print' });

      expectObservable(letters(events)).toBe(early);
      expectObservable(letters(events), sub2).toBe(expected2);
      expectObservable(letters(events), sub3).toBe(expected3);
    }, { windowLines: 2 });
  });

  it('should replay a task that waits as it was told', () => {
    marbles(({ session, cold, at, expectObservable }) => {
      const frees = '    --------x---   ';
      const early = '    q-------s--    ';
      const sub = '      -^             ';
      const late = '     -q------s      ';
      session.events.subscribe();
      const first = session.delegate(() => NEVER, { goal: 'block' });
      const second = session.delegate(() => cold('-'), { goal: 'wait' });
      at(frees, () => { first.cancel(); });

      expectObservable(letters(second.events)).toBe(early);
      expectObservable(letters(second.events), sub).toBe(late);
      expectObservable(letters(second.events), '---------^').toBe('---------(qs)');
    }, { maxRunning: 1, overflow: 'queue' });
  });

  it.each([1, 2, 3, 199, 200, 201, 208, 1_000])('should replay a contiguous end of %i lines and steps in turn', (count) => {
    const child = new Subject<AgentOutput<never> | string>();
    const task = createSession({ windowLines: 50 }).delegate(() => child, { goal: 'print' });
    const early: TaskEvent[] = [];
    task.events.subscribe((event) => early.push(event));
    for (let n = 0; n < count; n++) {
      child.next(`line ${n}`);
      child.next(step());
      if (n % 3 === 0) child.next(step());
    }
    child.complete();
    const late: TaskEvent[] = [];
    task.events.subscribe((event) => late.push(event));

    expect(late).toEqual(early.slice(-late.length));
    expect(late.at(-1)?.type).toBe('completed');
    expect(late.filter(({ type }) => type === 'line').length).toBe(task.snapshot().windowLines);
  });

  it('should say the outcome also where more than lines had to go', () => {
    const child = new Subject<AgentOutput<never> | string>();
    const task = createSession({ windowLines: 1 }).delegate(() => child, { goal: 'step' });
    child.next('a');
    for (let n = 0; n < 1_000; n++) child.next(step());
    task.cancel();
    const late: TaskEvent[] = [];
    task.events.subscribe((event) => late.push(event));

    expect(late.at(-1)?.type).toBe('cancelled');
    expect(late.map(({ seq }) => seq)).toEqual(late.map((_, n) => (late[0]?.seq ?? 0) + n));
  });

  it('should tell an observer of a live stream nothing of what was before', () => {
    const session = createSession();
    const child = new Subject<string>();
    const task = session.delegate(() => child, { goal: 'print' });
    const live: string[] = [];
    session.events.subscribe(({ type }) => live.push(type));
    // The task's log is made only now; what it begins with was told before.
    child.next('a');
    task.events.subscribe();

    expect(live).toEqual(['line']);
  });

  it('should stop the replay where the observer leaves', () => {
    const task = createSession().delegate(() => ['a', 'b', 'c'], { goal: 'print' });
    const seen: string[] = [];
    task.events.pipe(take(2)).subscribe(({ type }) => seen.push(type));

    expect(seen).toEqual(['started', 'line']);
  });

  onRandomSchedules('should hold', { observe: 5 }, 400, (history) => play(history, [lateSeesSuffix]));
});
