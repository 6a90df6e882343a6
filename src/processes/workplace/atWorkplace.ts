import { catchError, concat, defer, EMPTY, filter, finalize, from, map, mergeMap, of, switchMap, throwError, type Observable } from 'rxjs';
import type { AgentContext } from '../../core/agent.js';
import { line, result, type AgentOutput } from '../../core/output.js';
import { placeFor, type Places } from './placeFor.js';
import { openWorktree, type Worktree } from './worktree.js';

/** Where the tasks of an agent work. */
export interface Workplace extends Places {
  readonly worktree?: boolean | undefined;
}

/** What a task is told of where it works. */
export interface Desk {
  readonly cwd: string;
  readonly worktree?: Worktree;
  /** Says that something of the task is left until then. */
  hold(this: void, until: Promise<unknown>): void;
}

/** How a task comes to its place. */
export interface Arrival<R> {
  /** The directory that its brief asks for. */
  readonly asked: unknown;
  readonly context: Pick<AgentContext, 'taskId' | 'holdStop'>;
  /** One of an earlier task that is gone on with. */
  readonly earlier?: Worktree | undefined;
  /** Whether a worktree stays also where nothing was changed in it. @defaultValue false */
  readonly stays?: boolean;
  readonly work: (desk: Desk) => Observable<AgentOutput<R> | string>;
}

/**
 * Has a task work where it is to: in the agent's directory, in one that its brief asks for, or in a worktree that is made for it, told of
 * first, and with what was changed in it at the end of the result. A worktree without changes is removed when nothing of the task is left.
 */
export function atWorkplace<R>(
  workplace: Workplace, { asked, context, earlier, stays = false, work }: Arrival<R>,
): Observable<AgentOutput<R> | string> {
  const cwd = placeFor(workplace, asked);
  if (workplace.worktree !== true) return work({ cwd, hold: () => undefined });
  return defer(() => {
    const opening = new AbortController();
    const left: Promise<unknown>[] = [];
    let release!: (until: Promise<void>) => void;
    context.holdStop(new Promise<void>((resolve) => { release = resolve; }));
    const made = earlier === undefined ? openWorktree(cwd, context.taskId, opening.signal) : earlier.renew().then(() => earlier);
    const end = async (): Promise<void> => {
      const worktree = await made;
      await Promise.allSettled(left);
      if (!stays) await worktree.end();
    };
    return from(made).pipe(
      switchMap((worktree) => concat(
        of(line(worktree.note)),
        reported(work({ cwd: worktree.cwd, worktree, hold: (until) => { left.push(until); } }), () => worktree.report(stays)),
      )),
      finalize(() => {
        opening.abort();
        release(end().catch(() => undefined));
      }),
    );
  });
}

/** What a task says, and at the end of its result, or of what it said before it failed, what it has changed. */
function reported<R>(outputs: Observable<AgentOutput<R> | string>, report: () => Promise<string>): Observable<AgentOutput<R> | string> {
  let value: R | undefined;
  let printed = '';
  const said = outputs.pipe(filter((output) => {
    if (typeof output === 'string') printed = output;
    else if (output.type === 'line') printed = output.text;
    else if (output.type === 'result') ({ value } = output);
    return typeof output === 'string' || output.type !== 'result';
  }));
  return concat(said, defer(() => from(report()).pipe(mergeMap((changes) => {
    const text = value ?? printed;
    // What is no text is not made one.
    if (typeof text !== 'string') return [line(changes), result(text)];
    return [result([text.trimEnd(), changes].filter((part) => part !== '').join('\n\n') as R)];
  })))).pipe(catchError((error: unknown) => concat(
    from(report()).pipe(map(line), catchError(() => EMPTY)), throwError(() => error),
  )));
}
