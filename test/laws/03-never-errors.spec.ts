import { describe, expect, it } from '@jest/globals';
import { merge, NEVER, throwError } from 'rxjs';
import { collect, createSession, outcome, result, run } from '../../src/index.js';
import { neverErrors } from '../support/laws/checks/neverErrors.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { onRandomSchedules, play } from '../support/laws/play.js';

describe('law 3: events never errors; a failed child is a value there', () => {
  it('should let the others of a merge go on when one child fails', () => {
    marbles(({ session, cold, expectObservable, expectSubscriptions }) => {
      const well = cold('   -----a----b-|   ');
      const wellSubs = '    ^-----------!   ';
      const ill = cold('    ------x-#       ');
      const illSubs = '     ^-------!       ';
      const expected = '    (ss)-ax-F-b-(C|)';
      const tasks = [well, ill].map((source, n) => session.delegate(() => source, { goal: 'work' }, { name: `t${n}` }));

      expectObservable(letters(merge(...tasks.map(({ events }) => events)))).toBe(expected);
      expectSubscriptions(well.subscriptions).toBe(wellSubs);
      expectSubscriptions(ill.subscriptions).toBe(illSubs);
    });
  });

  it('should error in run() and in result(), and nowhere else', () => {
    marbles(({ session, cold, expectObservable }) => {
      const boom = new Error('boom');
      const agent = () => cold('--a--#', undefined, boom);
      const task = session.delegate(agent, { goal: 'fail' });

      expectObservable(run(agent, { goal: 'fail' })).toBe('       --a--#', { a: { type: 'line', text: 'a' } }, boom);
      expectObservable(letters(task.events)).toBe('               s-a--(F|)');
      expectObservable(letters(session.events)).toBe('            --a--F');
      expectObservable(task.events.pipe(outcome())).toBe('        -----(f|)', { f: expect.objectContaining({
        type: 'failed', error: { code: 'agent_error', name: 'Error', message: 'boom' },
      }) });
      expectObservable(task.events.pipe(result())).toBe('         -----#', undefined, expect.objectContaining({
        code: 'agent_error', message: 'boom', cause: boom,
      }));
    });
  });

  it.each([
    ['an agent that throws', () => { throw new Error('boom'); }, 'agent_error'],
    ['an Observable that errors', () => throwError(() => new Error('boom')), 'agent_error'],
    ['a promise that rejects', async () => { throw new Error('boom'); }, 'agent_error'],
     
    ['a generator that throws', async function* (): AsyncGenerator<string> { throw new Error('boom'); }, 'agent_error'],
    ['an agent that says nothing', () => [], 'no_result'],
    ['a deadline', () => NEVER, 'deadline_exceeded'],
  ])('should end the events of %s by a value and a completion', async (_, agent, code) => {
    const task = createSession({ deadline: 20 }).delegate(agent, { goal: 'fail' });
    const seen: string[] = [];
    await new Promise<void>((resolve) => {
      task.events.subscribe({
        next: (event) => seen.push(event.type === 'failed' ? event.error.code : event.type),
        error: () => { seen.push('an error'); resolve(); },
        complete: () => { seen.push('complete'); resolve(); },
      });
    });

    expect(seen).toEqual(['started', code, 'complete']);
    await expect(collect(task)).rejects.toMatchObject({ code });
  });

  it('should say a failure to an observer that handles no errors, and harm nobody', () => {
    const session = createSession();
    const seen: string[] = [];
    // No error handler anywhere: an error here would end the process, and the tripwire this test.
    session.events.subscribe(({ type }) => seen.push(type));
    const task = session.delegate(() => { throw new Error('boom'); }, { goal: 'fail' });
    task.events.subscribe(({ type }) => seen.push(type));

    expect(seen).toEqual(['started', 'failed', 'started', 'failed']);
  });

  onRandomSchedules('should hold', {}, 400, (history) => play(history, [neverErrors]));
});
