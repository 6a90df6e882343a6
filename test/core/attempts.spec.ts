import { describe, expect, it } from '@jest/globals';
import {
  catchError, concat, defer, delay, EMPTY, filter, from, merge, NEVER, of, onErrorResumeNextWith, repeat, retry, throwError, timeout, timer,
  type Observable,
} from 'rxjs';
import {
  attempt, line, lines, outcome, preview, result, run, text, type Agent, type AgentOutput,
} from '../../src/index.js';
import { marbles } from '../support/marbles.js';
import { taskOf } from '../support/taskOf.js';
import { watch } from '../support/watch.js';

type Said = readonly (AgentOutput<unknown> | string)[];
const brief = { goal: 'try' };

/** An agent that says something else each time, and fails every time but the last. */
function agentOf(...attempts: readonly Said[]): Agent<unknown> {
  let tries = 0;
  return () => {
    const said = attempts[tries++]!;
    return tries < attempts.length ? concat(from(said), throwError(() => new Error('no'))) : from(said);
  };
}
const failing = (...said: Said): Observable<AgentOutput<unknown>> => run(agentOf(said, []), brief);
const fine = (...said: Said): Observable<AgentOutput<unknown>> => run(agentOf(said), brief);

const resultOf = (source: Observable<AgentOutput<unknown>>): unknown => watch(source.pipe(result()))[0];
const noResult = expect.objectContaining({ type: 'failed', error: expect.objectContaining({ code: 'no_result' }) });
const completed = (value: unknown) => expect.objectContaining({ type: 'completed', result: value });

describe('a run that failed and was tried again', () => {
  const first: Said = [result('wrong'), text('half a li')];
  const second: Said = [text('whole\nright')];

  it('should not be the result', () => {
    expect(resultOf(run(agentOf(first, second), brief).pipe(retry(1)))).toBe('right');
    expect(resultOf(run(agentOf(first, first, second), brief).pipe(retry(2)))).toBe('right');
    expect(watch(run(agentOf(first, []), brief).pipe(retry(1), outcome()))).toEqual([noResult, '|']);
    expect(watch(run(agentOf(['printed'], []), brief).pipe(retry(1), outcome()))).toEqual([noResult, '|']);
  });

  it('should end its half line before the next attempt', () => {
    expect(watch(run(agentOf(first, second), brief).pipe(retry(1), lines()))).toEqual(['half a li', 'whole', 'right', '|']);
    expect(watch(run(agentOf([text('half')], ['printed']), brief).pipe(retry(1), lines()))).toEqual(['half', 'printed', '|']);
    expect(watch(run(agentOf([text('half')], []), brief).pipe(retry(1), lines()))).toEqual(['half', '|']);
    expect(watch(run(agentOf(first, second), brief).pipe(retry(1), preview(2)))).toEqual([['whole', 'right'], '|']);
  });

  it('should not be the result where the next attempt comes later', () => {
    marbles(({ cold, expectObservable }) => {
      const sources = [cold('-ah#', { a: result('a'), h: text('h') }), cold('-b|', { b: text('b') })];
      const agent = () => sources.shift()!;
      expectObservable(run(agent, brief).pipe(retry({ count: 1, delay: 5 }), result())).toBe('----------(b|)', { b: 'b' });
    });
  });

  it.each<[string, Observable<AgentOutput<unknown>>, unknown]>([
    ['caught with another run', failing(result('a'), text('x')).pipe(catchError(() => fine(text('b')))), completed('b')],
    ['caught with a failing and then a fine one',
      failing(result('a')).pipe(catchError(() => failing('b').pipe(catchError(() => fine('c'))))), completed('c')],
    ['caught with an output of its own', failing(result('a')).pipe(catchError(() => of(line('sorry')))), completed('sorry')],
    ['swallowed', failing(result('a'), 'b').pipe(catchError(() => EMPTY)), noResult],
    ['passed over', failing(result('a')).pipe(onErrorResumeNextWith(fine('b'))), completed('b')],
    ['repeated', run(agentOf([result('a')], ['b']), brief).pipe(catchError(() => EMPTY), repeat(2)), completed('b')],
    ['delayed', failing(result('a')).pipe(delay(0), catchError(() => fine('b'))), completed('b')],
    ['filtered', failing(result('a'), text('t')).pipe(filter(({ type }) => type !== 'text'), catchError(() => fine('b'))), completed('b')],
    ['deferred', defer(() => failing(result('a'))).pipe(catchError(() => fine('b'))), completed('b')],
    ['an output that was none', run(() => [result('a'), 5 as never], brief).pipe(catchError(() => fine('b'))), completed('b')],
  ])('should not be the result where it is %s', async (_, source, ending) => {
    const seen = watch(source.pipe(outcome()));
    while (seen.at(-1) !== '|') await new Promise((resolve) => { setImmediate(resolve); });
    expect(seen).toEqual([ending, '|']);
  });

  it('should leave what others had said before it and beside it', () => {
    expect(resultOf(concat(fine('kept'), failing('a').pipe(catchError(() => EMPTY))))).toBe('kept');
    expect(resultOf(concat(of(line('own')), failing('a', 'b').pipe(catchError(() => EMPTY))))).toBe('own');
    expect(resultOf(merge(fine(result('kept')), failing(result('a')).pipe(catchError(() => EMPTY))))).toBe('kept');
    expect(resultOf(concat(fine('kept'), run(agentOf(['a'], ['b'], []), brief).pipe(retry(2))))).toBe('kept');
  });

  it('should not change what those see who look at the outputs themselves', () => {
    expect(watch(run(agentOf(first, second), brief).pipe(retry(1)))).toEqual([...first, attempt('no'), ...second, '|']);
  });

  it.each<[string, (inner: Observable<AgentOutput<unknown>>) => Observable<AgentOutput<unknown>>]>([
    ['a run', (inner) => inner],
    ['a run inside a run', (inner) => run(() => inner, brief)],
    ['a run inside a run inside a run', (inner) => run(() => run(() => inner, brief), brief)],
  ])('should be neither result nor glued inside a task, of %s', (_, wrap) => {
    const task = taskOf<unknown>(wrap(run(agentOf(first, second), brief).pipe(retry(1))));
    expect(task.snapshot()).toMatchObject({ preview: ['half a li', 'whole', 'right'], outcome: { type: 'completed', result: 'right' } });
    expect(resultOf(wrap(run(agentOf(first, second), brief).pipe(retry(1))))).toBe('right');
    expect(watch(wrap(run(agentOf(first, second), brief).pipe(retry(1))).pipe(lines()))).toEqual(['half a li', 'whole', 'right', '|']);
    expect(taskOf<unknown>(wrap(run(agentOf(first, []), brief).pipe(retry(1)))).snapshot().outcome).toEqual(noResult);
  });

  it('should be withdrawn with the run that had it from another', () => {
    const outer = (): Observable<AgentOutput<unknown>> => run(() => concat(
      fine(result('a'), text('x')), throwError(() => new Error('no')),
    ), brief);
    expect(resultOf(outer().pipe(catchError(() => fine(text('b')))))).toBe('b');
    expect(watch(outer().pipe(catchError(() => fine(text('b'))), lines()))).toEqual(['x', 'b', '|']);
  });

  it('should end the line of a run that was given up, as by a timeout', () => {
    marbles(({ expectObservable }) => {
      const slow = run(() => concat(of(text('half')), NEVER), brief);
      const source = slow.pipe(timeout(3), catchError(() => run(() => timer(1).pipe(delay(1), () => of(text('whole'))), brief)));
      expectObservable(source.pipe(lines())).toBe('---(hw|)', { h: 'half', w: 'whole' });
    });
  });

  it('should go on with the line of a run that came to its end', () => {
    expect(watch(concat(fine(text('one ')), of(text('line\n'))).pipe(lines()))).toEqual(['one line', '|']);
  });
});
