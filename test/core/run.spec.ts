import { describe, expect, it } from '@jest/globals';
import {
  catchError, concat, defer, EMPTY, finalize, from, fromEvent, map, merge, mergeMap, NEVER, Observable, of, race, retry,
  Subject, switchMap, take, throwError,
} from 'rxjs';
import {
  attempt, fromAsync, InvalidArgumentError, line, result, run, step, text, tool, usage,
  type AgentContext, type AgentOutput, type Brief, type Task,
} from '../../src/index.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { turns } from '../support/turns.js';
import { until } from '../support/until.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'run' };
const outputs: Record<string, AgentOutput> = {
  a: line('a'), b: line('b'), c: line('c'), l: line('l'), w: line('w'), t: text('t'), s: step(), r: result('r'),
};

describe('run', () => {
  describe('as a cold Observable', () => {
    it('should hand on what the agent puts out, and complete with it', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold(' -a-t-s-r-|', outputs);
        const subs = '       ^--------!';
        const expected = '   -a-t-s-r-|';
        expectObservable(run(() => child, brief)).toBe(expected, outputs);
        expectSubscriptions(child.subscriptions).toBe(subs);
      });
    });

    it('should call nothing before it is subscribed', () => {
      let calls = 0;
      const cold = run(() => { calls += 1; return ['a']; }, brief);
      expect(calls).toBe(0);
      expect(watch(cold)).toEqual([line('a'), '|']);
      expect(calls).toBe(1);
    });

    it('should make a run of its own of each subscription', () => {
      let calls = 0;
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold(' -a-b|    ', outputs);
        const first = '      ^        ';
        const second = '     ---^     ';
        const subs = ['      ^---!    ', '---^---!'];
        const expected1 = '  -a-b|    ';
        const expected2 = '  ----a-b| ';
        const both = run(() => { calls += 1; return child; }, brief);
        expectObservable(both, first).toBe(expected1, outputs);
        expectObservable(both, second).toBe(expected2, outputs);
        expectSubscriptions(child.subscriptions).toBe(subs);
      });
      expect(calls).toBe(2);
    });

    it('should give each run a context, an id and a mailbox of its own', () => {
      const contexts: AgentContext[] = [];
      const cold = run((_brief, _steering, context) => { contexts.push(context); return NEVER; }, brief);
      const first = cold.subscribe();
      const second = cold.subscribe();
      const [one, two] = contexts as [AgentContext, AgentContext];
      expect(one.taskId).not.toBe(two.taskId);
      expect([one.depth, two.depth]).toEqual([1, 1]);
      first.unsubscribe();
      expect([one.signal.aborted, two.signal.aborted]).toEqual([true, false]);
      second.unsubscribe();
    });

    it('should never emit where the agent never does', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('-', outputs);
        expectObservable(run(() => child, brief)).toBe('-');
        expectSubscriptions(child.subscriptions).toBe('^');
      });
    });

    it('should be empty where the agent is', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold(' --|');
        const subs = '       ^-!';
        expectObservable(run(() => child, brief)).toBe('--|');
        expectSubscriptions(child.subscriptions).toBe(subs);
      });
    });

    it('should error where the agent does, with the very thing that was thrown', () => {
      const error = new RangeError('out of paper');
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold(' -a-#', outputs, error);
        const subs = '       ^--!';
        const expected = '   -a-#';
        expectObservable(run(() => child, brief)).toBe(expected, outputs, error);
        expectSubscriptions(child.subscriptions).toBe(subs);
      });
      const errors: unknown[] = [];
      run(() => throwError(() => error), brief).subscribe({ error: (thrown: unknown) => errors.push(thrown) });
      run(() => { throw error; }, brief).subscribe({ error: (thrown: unknown) => errors.push(thrown) });
      expect(errors).toHaveLength(2);
      for (const each of errors) expect(each).toBe(error);
    });

    it('should stop the agent when it is unsubscribed', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold(' -a-b-c-|', outputs);
        const unsub = '      ----!   ';
        const subs = '       ^---!   ';
        const expected = '   -a-b-   ';
        expectObservable(run(() => child, brief), unsub).toBe(expected, outputs);
        expectSubscriptions(child.subscriptions).toBe(subs);
      });
    });

    it('should stop a synchronous agent in mid-run when it is unsubscribed there', () => {
      let made = 0;
      const flood = new Observable<string>((subscriber) => {
        while (!subscriber.closed && made < 1_000) subscriber.next(String(++made));
      });
      expect(watch(run(() => flood, brief).pipe(take(2)))).toEqual([line('1'), line('2'), '|']);
      expect(made).toBe(2);
    });

    it('should error where the teardown of an agent that ends throws, and not throw into its producer', () => {
      for (const end of ['complete', 'error'] as const) {
        const child = new Subject<string>();
        const seen = watch(run(() => child.pipe(finalize(() => { throw new Error('torn'); })), brief));
        expect(() => child[end](new Error('no'))).not.toThrow();
        expect(seen).toEqual(['#']);
      }
    });

    it('should run the teardown of the agent once, however it ends', () => {
      let teardowns = 0;
      const counted = (child: Observable<string>) => run(() => child.pipe(finalize(() => { teardowns += 1; })), brief);
      watch(counted(of('a')));
      expect(teardowns).toBe(1);
      watch(counted(throwError(() => new Error('no'))));
      expect(teardowns).toBe(2);
      const subscription = counted(NEVER).subscribe();
      subscription.unsubscribe();
      subscription.unsubscribe();
      expect(teardowns).toBe(3);
    });

    it('should make a line of a bare string', () => {
      expect(watch(run(() => ['a', line('b')], brief))).toEqual([line('a'), line('b'), '|']);
    });

    it('should take whatever RxJS takes', async () => {
      const generate = async function* () { yield 'a'; yield line('b'); };
      const seen = [
        run(() => 'ab', brief), run(() => new Set(['a', 'b']), brief), run(async () => 'a', brief), run(async () => result(1), brief),
        run(generate, brief), run(() => generate(), brief),
      ].map((each) => watch<unknown>(each));
      await until(() => seen.every((each) => each.at(-1) === '|'));
      expect(seen).toEqual([
        [line('ab'), '|'], [line('a'), line('b'), '|'], [line('a'), '|'], [result(1), '|'],
        [line('a'), line('b'), '|'], [line('a'), line('b'), '|'],
      ]);
    });

    it('should make a result of what an async generator returns', async () => {
      const seen = watch(run<unknown>((async function* () { yield 'a'; return 42; }) as never, brief));
      await until(() => seen.at(-1) === '|');
      expect(seen).toEqual([line('a'), result(42), '|']);
    });

    it.each([
      ['a number', [5], 'got 5'],
      ['null', [null], 'got null'],
      ['an unknown type', [{ type: 'shout' }], 'got "shout"'],
      ['a type that every object has', [{ type: 'toString' }], 'got "toString"'],
      ['a line without text', [{ type: 'line' }], '`line.text` to be a string, got undefined'],
      ['text that is none', [{ type: 'text', text: 5 }], '`text.text` to be a string, got 5'],
      ['a tool in no known state', [{ type: 'tool', name: 'grep', state: 'paused' }], '`tool.state` to be started or ended, got "paused"'],
      ['a tool without a name', [{ type: 'tool', state: 'ended' }], '`tool.name` to be a string, got undefined'],
      ['usage below 0', [usage({ inputTokens: -1, outputTokens: 0 })], '`usage.inputTokens` to be a number from 0, got -1'],
      ['usage that is no number', [usage({ inputTokens: 0, outputTokens: NaN })], '`usage.outputTokens` to be a number from 0, got NaN'],
      ['endless cost', [usage({ inputTokens: 0, outputTokens: 0, costUsd: Infinity })], '`usage.costUsd` to be a number from 0, got Inf'],
    ])('should error where the agent puts out %s, and stop it', (_, outputsOf, words) => {
      let stopped = 0;
      const errors: unknown[] = [];
      const child = concat(from(outputsOf as AgentOutput[]), NEVER).pipe(finalize(() => { stopped += 1; }));
      run(() => child, brief).subscribe({ error: (error: unknown) => errors.push(error) });
      expect(errors).toHaveLength(1);
      expect(errors[0]).toBeInstanceOf(TypeError);
      expect(errors[0]).toMatchObject({ message: expect.stringMatching(/^The agent put out something unknown/) });
      expect(errors[0]).toMatchObject({ message: expect.stringContaining(words) });
      expect(stopped).toBe(1);
    });

    it('should keep the known fields of an output and no others', () => {
      const wordy = [{ ...tool('grep', 'ended', 'done'), more: 1 }, { ...usage({ inputTokens: 1, outputTokens: 2, costUsd: 3 }), more: 1 }];
      expect(watch(run(() => wordy, brief))).toEqual([
        { type: 'tool', name: 'grep', state: 'ended', detail: 'done' }, { type: 'usage', inputTokens: 1, outputTokens: 2, costUsd: 3 }, '|',
      ]);
    });

    it('should say readably that an agent answered with nothing', () => {
      const errors: unknown[] = [];
      run((() => undefined) as never, brief).subscribe({ error: (error: unknown) => errors.push(error) });
      expect(errors).toMatchObject([{ message: expect.stringContaining('undefined') }]);
    });

    it('should give the agent the brief as it is, with whatever more it has', () => {
      const seen: unknown[] = [];
      const long = { goal: 'run', context: 'fast', files: ['a'] };
      run((given: typeof long) => { seen.push(given); return EMPTY; }, long).subscribe();
      expect(seen[0]).toEqual(long);
    });
  });

  describe('bad arguments', () => {
    it.each([
      ['no agent', undefined, brief, 'Expected `agent` to be a function, got undefined.'],
      ['an agent that is an object', {}, brief, 'Expected `agent` to be a function, got an object.'],
      ['no brief', () => [], undefined, 'Expected `brief` to be an object, got undefined.'],
      ['a brief that is a string', () => [], 'run', 'Expected `brief` to be an object, got "run".'],
      ['a brief that is a list', () => [], ['run'], 'Expected `brief` to be an object, got an array.'],
      ['no goal', () => [], {}, 'Expected `brief.goal` to be a string that is not blank, got undefined.'],
      ['a blank goal', () => [], { goal: ' \n' }, 'Expected `brief.goal` to be a string that is not blank, got " \\n".'],
      ['a goal that is a number', () => [], { goal: 5 }, 'Expected `brief.goal` to be a string that is not blank, got 5.'],
    ])('should refuse %s when it is called, before any subscription', (_, agent, what, words) => {
      expect(caught(() => run(agent as never, what as never))).toEqual(new InvalidArgumentError(words));
    });
  });

  describe('with operators', () => {
    it('should run the agent again for retry', () => {
      let calls = 0;
      marbles(({ cold, expectObservable }) => {
        const child = defer(() => ++calls < 3 ? cold('-a-#', outputs) : cold('-b-|', outputs));
        const expected = '                            -a-na-nb-|';
        expectObservable(run(() => child, brief).pipe(retry(2))).toBe(expected, { ...outputs, n: attempt('error') });
      });
      expect(calls).toBe(3);
    });

    it('should call the agent itself again for retry', () => {
      let calls = 0;
      const flaky = () => {
        calls += 1;
        if (calls < 3) throw new Error('not yet');
        return [String(calls)];
      };
      expect(watch(run(flaky, brief).pipe(retry(2)))).toEqual([attempt('not yet'), attempt('not yet'), line('3'), '|']);
    });

    it('should go on with another agent for catchError', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -a-#    ', outputs);
        const second = cold('   -b-| ', outputs);
        const subs1 = '      ^--!    ';
        const subs2 = '      ---^--! ';
        const expected = '   -a--b-| ';
        expectObservable(run(() => first, brief).pipe(catchError(() => run(() => second, brief)))).toBe(expected, outputs);
        expectSubscriptions(first.subscriptions).toBe(subs1);
        expectSubscriptions(second.subscriptions).toBe(subs2);
      });
    });

    it('should stop the old run for switchMap', () => {
      marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const asks = hot('   a--b------|  ');
        const old = cold('   --l-l-l      ', outputs);
        const young = cold('    --w-w-|   ', outputs);
        const oldSubs = '    ^--!         ';
        const youngSubs = '  ---^-----!   ';
        const expected = '   --l--w-w--|  ';
        const runs = asks.pipe(switchMap((ask) => run(() => ask === 'a' ? old : young, brief)));
        expectObservable(runs).toBe(expected, outputs);
        expectSubscriptions(old.subscriptions).toBe(oldSubs);
        expectSubscriptions(young.subscriptions).toBe(youngSubs);
      });
    });

    it('should stop the loser of a race', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const loser = cold(' ---l--l--|', outputs);
        const winner = cold('--w--w--|', outputs);
        const loserSubs = '  ^-!       ';
        const winnerSubs = ' ^-------! ';
        const expected = '   --w--w--| ';
        expectObservable(race(run(() => loser, brief), run(() => winner, brief))).toBe(expected, outputs);
        expectSubscriptions(loser.subscriptions).toBe(loserSubs);
        expectSubscriptions(winner.subscriptions).toBe(winnerSubs);
      });
    });

    it('should make a pipeline with mergeMap', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -a-b-|     ', outputs);
        const second = cold('  --c|       ', outputs);
        const subs = ['      -^--!      ', '---^--!'];
        const expected = '   ---c-c|    ';
        const pipeline = run(() => first, brief).pipe(mergeMap(() => run(() => second, brief)));
        expectObservable(pipeline).toBe(expected, outputs);
        expectSubscriptions(second.subscriptions).toBe(subs);
      });
    });
  });

  describe('its signal', () => {
    const withSignal = (child: Observable<string>) => {
      const seen: AbortSignal[] = [];
      const cold = run((_brief, _steering, { signal }) => { seen.push(signal); return child; }, brief);
      return { cold, aborted: () => seen.map(({ aborted }) => aborted) };
    };

    it('should abort when the run is unsubscribed, in the same frame', () => {
      marbles(({ cold, expectObservable }) => {
        const unsub = '   ----!';
        const expected = '----x';
        const seen = new Subject<string>();
        const agent = (_brief: Brief, _steering: Observable<string>, { signal }: AgentContext) => {
          fromEvent(signal, 'abort').subscribe(() => seen.next('x'));
          return cold('---------a');
        };
        expectObservable(seen).toBe(expected);
        expectObservable(run(agent, brief), unsub).toBe('-----');
      });
    });

    it('should not abort when the run ends by itself, well or badly', () => {
      for (const child of [of('a'), throwError(() => new Error('no')), EMPTY]) {
        const { cold, aborted } = withSignal(child);
        watch(cold);
        expect(aborted()).toEqual([false]);
      }
    });

    it('should abort with an error that says why', () => {
      let signal: AbortSignal | undefined;
      run((_brief, _steering, context) => { signal = context.signal; return NEVER; }, brief).subscribe().unsubscribe();
      expect(signal?.reason).toMatchObject({ code: 'cancelled', message: 'The run was unsubscribed before its end.' });
    });

    it('should be aborted also where it is first read after the unsubscribe', () => {
      let context: AgentContext | undefined;
      run((_brief, _steering, given) => { context = given; return NEVER; }, brief).subscribe().unsubscribe();
      expect(context?.signal.aborted).toBe(true);
    });

    it('should not be aborted where it is first read after the run ended by itself', () => {
      let context: AgentContext | undefined;
      run((_brief, _steering, given) => { context = given; return of('a'); }, brief).subscribe();
      expect(context?.signal.aborted).toBe(false);
    });

    it('should be one and the same however often it is read', () => {
      run((_brief, _steering, context) => {
        expect(context.signal).toBe(context.signal);
        return EMPTY;
      }, brief).subscribe();
      expect.assertions(1);
    });

    it('should reach the work of a promise, which nothing else stops', async () => {
      const stopped: string[] = [];
      const agent = fromAsync(async (_brief, { signal }) => {
        await new Promise<void>((resolve) => { signal.addEventListener('abort', () => resolve()); });
        stopped.push('promise');
      });
      run(agent, brief).subscribe().unsubscribe();
      await turns();
      expect(stopped).toEqual(['promise']);
    });

    it('should run the finally of an async generator that is pending when the run is unsubscribed', async () => {
      const stopped: string[] = [];
      const agent = async function* (_brief: Brief, _steering: Observable<string>, { signal }: AgentContext) {
        try {
          yield 'a';
          await new Promise<void>((resolve) => { signal.addEventListener('abort', () => resolve()); });
          yield 'b';
        } finally {
          stopped.push('generator');
        }
      };
      const seen: unknown[] = [];
      const subscription = run(agent, brief).subscribe((output) => seen.push(output));
      await until(() => seen.length > 0);
      subscription.unsubscribe();
      await until(() => stopped.length > 0);
      expect(stopped).toEqual(['generator']);
      expect(seen).toEqual([line('a')]);
    });
  });

  describe('steering', () => {
    const echo = (_brief: Brief, steering: Observable<string>) => steering.pipe(map((words) => `heard ${words}`));
    const heard = { a: line('heard a'), b: line('heard b'), c: line('heard c') };

    it('should deliver each message to the agent, in the same frame', () => {
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const steering = hot('--a--b--');
        const subs = '        ^-----! ';
        const unsub = '       ------! ';
        const expected = '    --a--b- ';
        expectObservable(run(echo, brief, { steering }), unsub).toBe(expected, heard);
        expectSubscriptions(steering.subscriptions).toBe(subs);
      });
    });

    it('should keep what comes before the agent listens', () => {
      marbles(({ cold, hot, expectObservable }) => {
        const steering = hot('-a-b-------c--');
        const starts = cold(' -----(x|)     ');
        const unsub = '       -------------!';
        const expected = '    -----(ab)--c--';
        const agent = (_brief: Brief, messages: Observable<string>) => starts.pipe(switchMap(() => echo(_brief, messages)));
        expectObservable(run(agent, brief, { steering }), unsub).toBe(expected, heard);
      });
    });

    it('should hand over what waits at takeSteering, oldest first and once', () => {
      const taken: (readonly string[])[] = [];
      const agent = (_brief: Brief, _steering: Observable<string>, { takeSteering }: AgentContext) => {
        taken.push(takeSteering(), takeSteering());
        return EMPTY;
      };
      run(agent, brief, { steering: of('a', 'b') }).subscribe();
      expect(taken).toEqual([['a', 'b'], []]);
    });

    it('should go on when the steering completes or errors', () => {
      for (const end of [EMPTY, throwError(() => new Error('no'))]) {
        marbles(({ cold, expectObservable }) => {
          const steering = concat(of('a'), end);
          const child = cold('--b-|   ', outputs);
          const expected = '  c-(b|)  ';
          const agent = (_brief: Brief, messages: Observable<string>) => merge(echo(_brief, messages), child).pipe(take(2));
          expectObservable(run(agent, brief, { steering })).toBe(expected, { ...outputs, c: line('heard a') });
        });
      }
    });

    it('should unsubscribe from the steering when the run ends by itself', () => {
      marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const steering = hot('--------');
        const child = cold('  ---a|   ', outputs);
        const subs = '        ^---!   ';
        const expected = '    ---a|   ';
        expectObservable(run(() => child, brief, { steering })).toBe(expected, outputs);
        expectSubscriptions(steering.subscriptions).toBe(subs);
      });
    });

    it('should complete for the agent when the run is unsubscribed', () => {
      const seen: string[] = [];
      const agent = (_brief: Brief, steering: Observable<string>) => {
        steering.subscribe({ next: (words) => seen.push(words), complete: () => seen.push('|') });
        return NEVER;
      };
      const steering = new Subject<string>();
      const subscription = run(agent, brief, { steering }).subscribe();
      steering.next('a');
      subscription.unsubscribe();
      steering.next('b');
      expect(seen).toEqual(['a', '|']);
      expect(steering.observed).toBe(false);
    });

    it('should be silent where there is none', () => {
      const seen: unknown[] = [];
      run((_brief, steering) => { seen.push(watch(steering)); return NEVER; }, brief).subscribe().unsubscribe();
      expect(seen).toEqual([['|']]);
    });
  });

  describe('delegating', () => {
    it('should start children in a session of the run’s own, closed with it', () => {
      const children: Task[] = [];
      const parent = (_brief: Brief, _steering: Observable<string>, { delegate }: AgentContext) => {
        children.push(delegate(() => NEVER, { goal: 'help' }), delegate(() => NEVER, { goal: 'help too' }, { detached: true }));
        return NEVER;
      };
      const subscription = run(parent, brief).subscribe();
      expect(children.map((child) => child.snapshot().status)).toEqual(['running', 'running']);
      subscription.unsubscribe();
      expect(children.map((child) => child.snapshot().outcome)).toMatchObject([
        { type: 'cancelled', reason: 'parent_ended' }, { type: 'cancelled', reason: 'parent_ended' },
      ]);
    });

    it('should close it also when the run ends by itself', () => {
      for (const end of [of('a'), throwError(() => new Error('no'))]) {
        const children: Task[] = [];
        watch(run((_brief, _steering, { delegate }) => {
          children.push(delegate(() => NEVER, { goal: 'help' }));
          return end;
        }, brief));
        expect(children[0]?.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'parent_ended' });
      }
    });

    it('should keep the sessions of two runs apart', () => {
      const lists: number[] = [];
      const cold = run((_brief, _steering, { delegate, list }) => {
        delegate(() => NEVER, { goal: 'help' });
        lists.push(list().length);
        return NEVER;
      }, brief);
      const both = [cold.subscribe(), cold.subscribe()];
      expect(lists).toEqual([1, 1]);
      for (const each of both) each.unsubscribe();
    });

    it('should let the agent see its children', () => {
      run((_brief, _steering, context) => {
        const events = watch(context.events);
        const child = context.delegate(() => ['a'], { goal: 'help' }, { name: 'helper' });
        expect(context.get(child.id)).toBe(child);
        expect(context.isEvicted(child.id)).toBe(false);
        expect(context.list()).toMatchObject([{ taskId: child.id, agent: 'helper', status: 'completed' }]);
        expect(context.capacity).toEqual({ running: 0, queued: 0, limit: 16 });
        expect(events.map((event) => typeof event === 'string' ? event : event.type)).toEqual(['started', 'line', 'completed']);
        return EMPTY;
      }, brief).subscribe();
      expect.assertions(5);
    });
  });
});
