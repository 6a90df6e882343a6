import { BehaviorSubject, finalize, Observable, Subject, take } from 'rxjs';
import { InvalidArgumentError } from '../../../core/errors.js';
import { describeValue } from '../../../core/describeValue.js';
import { OPTION_KINDS, type AskPermission, type PermissionDecision, type PermissionRequest } from './permission.js';

/** A request that waits for an answer. */
export interface PendingPermission extends PermissionRequest {
  /** Answers it. False where that was done before, or is no longer asked. */
  answer(this: void, decision: PermissionDecision): boolean;
}

/** Where permission requests wait to be answered by hand. */
export interface PermissionDesk {
  /** What waits now, then whenever that changes: a new request, an answer, a task that was cancelled. */
  readonly pending: Observable<readonly PendingPermission[]>;
  /** To be given to agents, as `permissions`; several may share a desk. */
  readonly ask: AskPermission;
}

/**
 * A desk for permission requests that a person, or whatever watches, answers.
 *
 * ```
 * ask      ──a─────b──────────────
 * answer   ───────────a───────────
 * cancel   ─────────────────b─────
 * pending  []─[a]──[a,b]─[b]──[]──
 * ```
 *
 * ```ts
 * import { createPermissionDesk } from 'sidestream/acp';
 *
 * const desk = createPermissionDesk();
 * desk.pending.subscribe(([first]) => { if (first) first.answer(first.kind === 'read' ? 'allow_once' : 'reject_once'); });
 * // acp({ command: 'opencode', args: ['acp'], permissions: desk.ask })
 * desk.pending.subscribe((waiting) => console.log(waiting.length)); // 0
 * ```
 */
export function createPermissionDesk(): PermissionDesk {
  const pending = new BehaviorSubject<readonly PendingPermission[]>([]);
  return {
    pending: pending.asObservable(),
    ask: (request) => new Observable<PermissionDecision>((subscriber) => {
      const answers = new Subject<PermissionDecision>();
      const waiting: PendingPermission = {
        ...request,
        answer: (decision) => {
          const { optionId } = Object(decision) as { optionId?: string };
          if (!OPTION_KINDS.includes(decision as never) && !request.options.some((option) => option.optionId === optionId)) {
            throw new InvalidArgumentError(
              `Expected the answer to be one of ${OPTION_KINDS.join(', ')}, or { optionId } of an option, got ${describeValue(decision)}.`,
            );
          }
          const wasAsked = pending.value.includes(waiting);
          answers.next(decision);
          return wasAsked;
        },
      };
      const leave = (): void => { pending.next(pending.value.filter((each) => each !== waiting)); };
      subscriber.add(answers.pipe(take(1), finalize(leave)).subscribe(subscriber));
      pending.next([...pending.value, waiting]);
    }),
  };
}
