import {
  buffer, catchError, connect, defer, EMPTY, exhaustMap, filter, ignoreElements, map, merge, mergeMap, NEVER, Subject, take, takeUntil, tap,
  throwError, timer, type Observable, type OperatorFunction, type SchedulerLike,
} from 'rxjs';
import type { Agent, AgentContext } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import { delegated } from '../core/delegated.js';
import { InvalidArgumentError } from '../core/errors.js';
import { lines } from '../core/operators/lines.js';
import { result } from '../core/operators/result.js';
import type { AgentOutput } from '../core/output.js';
import type { Task } from '../core/task.js';
import { anew } from './anew.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { amid, nameOf } from './asAgent.js';
import { checkAgent } from './checkAgents.js';
import { through } from './through.js';
import { textOf, withContext } from './withContext.js';

/**
 * Two agents, the second of which works on what the first one prints while that goes on.
 *
 * ```
 * a              ──1──2──────3──|
 * b                 └─line──line──line──result|     its brief has the 1
 * steering of b     ──2──────3──e                   e = 'a has ended.'
 * flowing(a, b)  ─────line──line──line──result|
 * ```
 *
 * The first runs as a child task, the second in this one. It begins with the first lines, which stand behind its brief's `context`; later
 * lines reach it as steering messages, all of one moment in one, and at last that the first has ended, with its result where it put one
 * out. If the first ends without a line, the second begins then, with that result. The second one's result is the result. When it has
 * ended the first is cancelled; when the first fails, so does the whole. Messages to the task reach both; those that came before the
 * second began, it gets then.
 *
 * ```ts
 * import { map, takeWhile } from 'rxjs';
 * import { collect, createSession } from 'sidestream';
 * import { flowing } from 'sidestream/compose';
 *
 * async function* reader() {
 *   for (const page of ['one', 'two', 'three']) {
 *     yield page;
 *     await new Promise((resolve) => setTimeout(resolve, 20));
 *   }
 * }
 * const writer = ({ context }, steering) => steering.pipe(
 *   takeWhile((text) => text !== 'reader has ended.'), map((text) => `${text} follows ${context}`),
 * );
 * const task = createSession().delegate(flowing(reader, writer), { goal: 'read' });
 * console.log(await collect(task), task.snapshot().preview); // three follows one [ 'two follows one', 'three follows one' ]
 * ```
 *
 * When not: where the second needs all of the first before it can begin, see {@link sequence}; and for a second one that does not listen to
 * steering, which is refused.
 *
 * @throws InvalidArgumentError where one is no agent, or the second does not listen
 */
export function flowing<A extends AnyAgent, B extends AnyAgent>(a: A, b: B): Agent<ResultOf<B>, BriefOf<A | B>> {
  checkAgent('a', a);
  checkAgent('b', b);
  if ((b as { readonly steerable?: unknown }).steerable === false) {
    throw new InvalidArgumentError(`Expected \`b\` to listen to steering, and ${nameOf(b)} says that it does not. Use sequence instead.`);
  }
  const reason = `${nameOf(b)} has ended`;
  return amid<ResultOf<B>, BriefOf<A | B>>('flowing', [a, b], (brief, steering, context) => defer(() => {
    const said = new Subject<AgentOutput<unknown>>();
    let source: Task | undefined;
    let hasResult = false;
    let hasPrinted = false;
    let isOver = false;
    let messages: Observable<string> = EMPTY;
    // Before the task ends, which would cancel it as well, but not say why.
    const end = (): void => {
      isOver = true;
      source?.cancel(reason);
    };
    const printed = said.pipe(
      tap(({ type }) => { hasResult = type === 'result' || (hasResult && type !== 'attempt'); }),
      lines(), inOne(context.scheduler), tap(() => { hasPrinted = true; }),
    );
    const ended = delegated(context, through(a, tap((output) => { said.next(output); })), anew(brief), { reason }).pipe(
      tap(({ taskId, type }) => {
        if (messages === EMPTY) {
          // Not there any more where it has ended already, and the session keeps nothing.
          source = context.get(taskId);
          messages = source === undefined ? steering : forBoth(source, steering, context);
        }
        if (type === 'completed') said.complete();
      }),
      result(),
      map((found) => !hasPrinted ? textOf(found) : `${nameOf(a)} has ended${hasResult ? `: ${textOf(found)}` : '.'}`),
      catchError((thrown: unknown) => isOver ? NEVER : throwError(() => thrown)),
    );
    return merge(printed, ended).pipe(connect((flow) => flow.pipe(
      take(1),
      mergeMap((first) => context.run(b, withContext(brief, first), { steering: merge(messages, flow) })),
      tap({ complete: end, error: end }),
      takeUntil(flow.pipe(ignoreElements())),
    ))) as Observable<AgentOutput<ResultOf<B>>>;
  }));
}

/** Gives a task what this one is told, and then whoever subscribes as well: at first what has come before, whether taken or not. */
function forBoth(task: Task, steering: Observable<string>, { deliverSteering }: AgentContext): Observable<string> {
  const taken: string[] = [];
  /** Given to the task, and not taken: what is handed on of these it is not given again. */
  const given: string[] = [];
  deliverSteering((message) => {
    given.push(message);
    return merge(task.steer(message).settled, NEVER).pipe(
      filter(({ state }) => state === 'delivered'), take(1), tap(() => { taken.push(...given.splice(given.indexOf(message), 1)); }),
    );
  }, { concurrency: Infinity });
  return merge(taken, steering.pipe(tap((message) => {
    const at = given.indexOf(message);
    if (at < 0) task.steer(message);
    else given.splice(at, 1);
  })));
}

/** The lines that come in one turn of the clock, in one. */
const inOne = (scheduler: SchedulerLike): OperatorFunction<string, string> => connect((all) => all.pipe(
  buffer(all.pipe(exhaustMap(() => timer(0, scheduler)))),
  map((group) => group.join('\n')),
  filter((group) => /\S/.test(group)),
));
