import { BehaviorSubject, finalize, map, Observable, Subject, take } from 'rxjs';
import type { Delegator } from '../../../core/agent.js';
import { InvalidArgumentError } from '../../../core/errors.js';
import { describeValue } from '../../../core/describeValue.js';
import type { OpenQuestion } from '../../../core/question.js';
import { OPTION_KINDS, TOOL_KINDS, type AskPermission, type PermissionDecision, type PermissionRequest } from './permission.js';

/** A request that waits for an answer. */
export interface PendingPermission extends PermissionRequest {
  /**
   * Answers it. False where that was done before, or is no longer asked.
   *
   * @throws InvalidArgumentError where the request has no such option
   */
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
 * import { createSession } from 'sidestream';
 * import { createPermissionDesk } from 'sidestream/acp';
 *
 * const desk = createPermissionDesk(createSession());
 * desk.pending.subscribe(([first]) => { if (first) first.answer(first.kind === 'read' ? 'allow_once' : 'reject_once'); });
 * // acp({ command: 'opencode', args: ['acp'], permissions: desk.ask })
 * desk.pending.subscribe((waiting) => console.log(waiting.length)); // 0
 * ```
 *
 * @param scope - the session, or the part of it, whose questions of kind `permission` it shows, whoever asks them: the desk is a view of
 * `scope.questions`, and what is answered there is gone from it. Without one it holds its requests itself, and `questions` does not
 * know of them
 */
export function createPermissionDesk(scope?: Pick<Delegator, 'questions'>): PermissionDesk {
  return scope === undefined ? ownDesk() : { pending: viewOf(scope), ask: (_request, ask) => ask() };
}

const viewOf = ({ questions }: Pick<Delegator, 'questions'>): PermissionDesk['pending'] => {
  // One that stays is the same object from one list to the next.
  const known = new WeakMap<OpenQuestion, PendingPermission>();
  const pendingOf = (question: OpenQuestion): PendingPermission => {
    const pending = known.get(question) ?? ofQuestion(question);
    known.set(question, pending);
    return pending;
  };
  return questions.pipe(map((open) => open.filter(({ kind }) => kind === 'permission').map(pendingOf)));
};

/** A question as a request: what others than ACP agents ask may say less. */
function ofQuestion({ taskId, text, detail = {}, options = [], answer }: OpenQuestion): PendingPermission {
  const { kind, title, input = detail, paths } = detail;
  return {
    taskId,
    kind: TOOL_KINDS.find((each) => each === kind) ?? 'other',
    title: typeof title === 'string' ? title : text,
    input,
    paths: Array.isArray(paths) ? paths.map(String) : [],
    options: options.map(({ id, label = id, kind: how = 'reject_once' }) => ({ optionId: id, name: label, kind: how })),
    answer: (decision) => {
      const { optionId } = Object(decision) as { optionId?: string };
      if (!OPTION_KINDS.includes(decision as never) && !options.some(({ id }) => id === optionId)) throw noDecision(decision);
      const { answered, error } = answer(optionId ?? decision);
      if (error?.code === 'invalid_argument') throw error;
      return answered;
    },
  };
}

const noDecision = (decision: unknown): InvalidArgumentError => new InvalidArgumentError(
  `Expected the answer to be one of ${OPTION_KINDS.join(', ')}, or { optionId } of an option, got ${describeValue(decision)}.`,
);

function ownDesk(): PermissionDesk {
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
            throw noDecision(decision);
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
