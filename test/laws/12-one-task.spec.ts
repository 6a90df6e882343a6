import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat, map, merge, mergeMap, NEVER, of, retry, throwError, timer } from 'rxjs';
import { createSession, result, type Agent, type DelegateOptions } from '../../src/index.js';
import { histories } from '../support/laws/histories.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { play, timesLawRuns, withStillClock } from '../support/laws/play.js';
import { toldIn } from '../support/laws/told.js';
import { wrapped, type Wrapping } from '../support/laws/wrapped.js';

describe('law 12: an agent inside an agent is one task', () => {
  const around: readonly (readonly Wrapping[])[] = [
    [], ['as it is'], ['handing on'], ['as it is', 'handing on', 'as it is'], ['handing on', 'handing on', 'handing on'],
  ];
  const steers = '  --x------y------- ';
  const cancels = ' ----------------x ';

  it.each<{ readonly what: string; readonly agent: Agent; readonly how?: DelegateOptions; readonly expected: string }>([
    {
      what: 'takes its messages as they come',
      agent: (_brief, steering) => merge(timer(1).pipe(map(() => 'a')), steering.pipe(map(() => 'b'))),
      expected: '   sa(Db)---(Db)---(X|)',
    },
    {
      what: 'takes them in steps',
      agent: (_brief, _steering, { takeSteering }) => timer(4, 7).pipe(map(() => String(takeSteering().length))),
      expected: '   s-Q-(D1)-Q-(D1)-(X|)',
    },
    {
      what: 'hands them on, which takes time',
      agent: (_brief, _steering, { deliverSteering }) => {
        deliverSteering(() => timer(2));
        return NEVER;
      },
      expected: '   s-Q-D----Q-D----(X|)',
    },
    {
      what: 'hands them on in vain',
      agent: (_brief, _steering, { deliverSteering }) => {
        deliverSteering(() => timer(1).pipe(mergeMap(() => throwError(() => new Error('no')))));
        return NEVER;
      },
      expected: '   s-QM-----QM-----(X|)',
    },
    { what: 'never takes them', agent: () => NEVER, expected: 's-Q------Q------(MMX|)' },
    {
      what: 'ends before it has taken them all',
      agent: (_brief, _steering, { takeSteering }) => merge(timer(3).pipe(map(() => takeSteering()[0]!)), timer(11).pipe(map(() => 'b'))),
      expected: '   s-Q(Dx)--Q-(bMC|)',
    },
    {
      what: 'fails',
      agent: () => merge(timer(1).pipe(map(() => 'a')), timer(5).pipe(mergeMap(() => throwError(() => new Error('no'))))),
      expected: '   saQ--(MF|)',
    },
    { what: 'has a deadline', agent: () => NEVER, how: { deadline: 6 }, expected: 's-Q---(MF|)' },
    {
      what: 'has an idle timeout', agent: () => merge(timer(1).pipe(map(() => 'a')), NEVER), how: { idleTimeout: 5 },
      expected: '   saQ--w(MF|)',
    },
  ])('should tell the same of an agent that $what, whatever it runs in', ({ agent, how, expected }) => {
    for (const wrappings of around) {
      marbles(({ session, at, expectObservable }) => {
        const task = session.delegate(wrapped(agent, wrappings), { goal: 'act' }, how);
        at(steers, (words) => { task.steer(words); });
        at(cancels, () => { task.cancel(); });
        expectObservable(letters(task.events)).toBe(expected.trim());
      });
    }
  });

  it('should end with the task, also where nobody but the agent itself is subscribed to it', () => {
    marbles(({ session, cold, at, expectSubscriptions }) => {
      const ends = '     ---x  ';
      const subs = '     ^--!  ';
      const child = cold('--a--b');
      const task = session.delegate((brief, _steering, context) => {
        context.run(() => child, brief).subscribe({ error: () => undefined });
        return NEVER;
      }, { goal: 'act' });
      at(ends, () => { task.cancel(); });
      expectSubscriptions(child.subscriptions).toBe(subs);
    });
  });

  it('should give each message to whoever runs then, and count a run that is tried again as an attempt of the task', () => {
    marbles(({ session, cold, at, expectObservable, flush }) => {
      const sends = '    --x-----x---- ';
      const first = '    -a--#         ';
      const second = '       -c----|  ';
      const expected = ' saD-ac--D-(C|)';
      const sources = [cold(first), cold(second)];
      const heard: string[] = [];
      const agent: Agent = (_brief, steering) => {
        const source = sources.shift()!;
        const left = sources.length;
        steering.subscribe((words) => heard.push(`${words}${left}`));
        return source;
      };
      const task = session.delegate((brief, _steering, context) => context.run(agent, brief).pipe(retry(1)), { goal: 'act' });
      at(sends, (words) => { task.steer(words); });
      expectObservable(letters(task.events)).toBe(expected.trim());
      flush();
      expect(heard).toEqual(['x1', 'x0']);
      expect(task.outcome).toMatchObject({ result: 'c', attempt: 2 });
    });
  });

  it('should count nothing that an attempt said which failed', () => {
    const session = createSession();
    let tries = 0;
    const agent: Agent = () => (tries += 1) === 1 ? concat(of(result('wrong'), 'printed'), throwError(() => new Error('no'))) : [];
    const task = session.delegate((brief, _steering, context) => context.run(agent, brief).pipe(retry(1)), { goal: 'act' });
    expect(task.outcome).toMatchObject({ type: 'failed', error: { code: 'no_result' }, attempt: 2 });
  });

  const runs = timesLawRuns(600);

  it(`should come to the same with one to three wrappers and without, on ${runs} random schedules`, async () => {
    const wrappings = fc.array(fc.constantFrom<Wrapping>('as it is', 'handing on'), { minLength: 1, maxLength: 3 });
    await withStillClock(() => fc.assert(fc.asyncProperty(histories({ steer: 8, observe: 4 }), wrappings, async (history, wraps) => {
      const bare = await play(history, []);
      const inside = await play(history, [], undefined, (agent) => wrapped(agent, wraps));
      expect(toldIn(inside)).toEqual(toldIn(bare));
    }), { numRuns: runs }));
  }, 120_000 + 600 * runs);
});
