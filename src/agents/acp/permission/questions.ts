import type { PermissionOption, RequestPermissionRequest, RequestPermissionResponse, ToolKind } from '@agentclientprotocol/sdk';
import {
  catchError, defaultIfEmpty, defer, finalize, from, fromEvent, map, merge, NEVER, of, Subject, take, takeUntil, type Observable,
} from 'rxjs';
import type { AgentContext } from '../../../core/agent.js';
import { cutText } from '../../../core/cutText.js';
import { InvalidArgumentError, UnansweredError } from '../../../core/errors.js';
import { line } from '../../../core/output.js';
import type { AcpSettings } from '../acpOptions.js';
import { OPTION_KINDS, type PermissionDecision, type PermissionRequest } from './permission.js';
import { questionOf } from './questionOf.js';
import type { ToolCallSeen } from '../output/transcript.js';

/** The permission requests of one task. */
export interface Questions {
  /** Answers one by the policy. */
  answer(this: void, params: RequestPermissionRequest, signal: AbortSignal): Observable<RequestPermissionResponse>;
  /** Answers those that wait, and those that still come, as cancelled: the protocol demands it of whoever cancels a turn. */
  withdraw(): void;
  /** Takes questions again: another turn begins. */
  reopen(): void;
  /** How many wait. */
  waiting(): number;
  /** Whether leave was given for more than one time. */
  hasGivenMore(this: void): boolean;
  /** What was refused last since `forget`. */
  refused(): Refused | undefined;
  forget(): void;
}

/** What an agent was not given. */
export interface Refused {
  /** In words, such as `execute, npm test`. */
  readonly what: string;
  /** How much the agent had said by then. */
  readonly spoken: number;
}

/** Characters of what was refused, in the sentence about it. */
const MAX_TITLE = 200;

const CANCELLED: RequestPermissionResponse = { outcome: { outcome: 'cancelled' } };

/** What stands in where an agent does not offer an option: never more than was decided. */
const STANDS_IN: Readonly<Record<string, readonly string[]>> = {
  reject_once: ['reject_always'], reject_always: ['reject_once'], allow_always: ['allow_once'], allow_once: [],
};

/** The kinds of tool by how little is to be feared of them, as far as words go; one that is not here comes first. */
const BY_RISK: readonly ToolKind[] = ['think', 'read', 'search', 'other', 'fetch', 'switch_mode', 'move', 'edit', 'delete', 'execute'];

/**
 * Answers permission requests: by the list, then by the function or by whoever answers the task's questions, and without any by refusing.
 * What is refused is printed. A tool call that was told as of one kind and is asked for as of another has to be allowed as both.
 *
 * @param sessionId - the running one: what is asked in another is refused
 * @param toolCall - notes what a request says of its tool call, and answers with all that is known of it
 * @param spoken - how much the agent has said
 */
export function createQuestions(
  { allow, permissions }: Pick<AcpSettings, 'allow' | 'permissions'>,
  { taskId, emit, ask }: Pick<AgentContext, 'taskId' | 'emit' | 'ask'>,
  sessionId: string,
  toolCall: (asked: RequestPermissionRequest['toolCall']) => ToolCallSeen | undefined,
  spoken: () => number,
): Questions {
  const withdrawn = new Subject<void>();
  let waiting = 0;
  let isWithdrawn = false;
  let hasGivenMore = false;
  let refused: Refused | undefined;

  function requestOf({ toolCall: asked, options }: RequestPermissionRequest): PermissionRequest {
    const { kinds = [], title = '', input, paths = [] } = toolCall(asked) ?? {};
    return { taskId, kind: strictest(kinds), title: title === '' ? asked.toolCallId : title, input, paths, options };
  }

  const isAllowed = (kind: ToolKind): boolean => allow === 'all' || allow.includes(kind);

  /** The one that it takes leave for: of those that the list does not give, if there are any. */
  function strictest(kinds: readonly ToolKind[]): ToolKind {
    const refusable = kinds.filter((kind) => !isAllowed(kind));
    const [first = 'other', ...others] = refusable.length > 0 ? refusable : kinds;
    return others.reduce((most, kind) => BY_RISK.indexOf(kind) > BY_RISK.indexOf(most) ? kind : most, first);
  }

  const decide = (request: PermissionRequest): Observable<PermissionDecision> => defer(() => {
    if (isAllowed(request.kind)) return of<PermissionDecision>('allow_once');
    if (permissions === undefined) return refuse(request, `it is not in \`allow\`, which would have to have '${request.kind}'`);
    if (permissions === 'ask') return askFor(request);
    const given = permissions(request, () => askFor(request));
    return isDecision(given) ? of(given) : from(given);
  }).pipe(
    take(1),
    defaultIfEmpty<PermissionDecision, PermissionDecision>('reject_once'),
    catchError((error: unknown) => refuse(request, `who was to answer failed: ${error instanceof Error ? error.message : String(error)}`)),
  );

  const askFor = (request: PermissionRequest): Observable<PermissionDecision> => defer(() => ask(questionOf(request))).pipe(
    map((optionId) => ({ optionId })),
    // Any other error is that the run was stopped: then it is withdrawn, behind the notice of that.
    catchError((error: unknown) => {
      if (error instanceof UnansweredError || error instanceof InvalidArgumentError) throw error;
      return NEVER;
    }),
  );

  function refuse({ kind, title }: PermissionRequest, why: string): Observable<PermissionDecision> {
    emit(line(`[permission refused: ${kind}, ${title}: ${why}]`));
    return of('reject_once');
  }

  function choose(request: PermissionRequest, decision: PermissionDecision): RequestPermissionResponse {
    const option = find(request.options, decision);
    if (option === undefined) {
      const said = typeof decision === 'string' ? decision : JSON.stringify(decision);
      emit(line(`[permission refused: ${request.kind}, ${request.title}: the agent has no option for ${said}]`));
    }
    const chosen = option ?? find(request.options, 'reject_once');
    hasGivenMore ||= chosen?.kind === 'allow_always';
    if (!String(chosen?.kind).startsWith('allow')) {
      refused = { what: `${request.kind}, ${cutText(request.title, MAX_TITLE).text}`, spoken: spoken() };
    }
    return answerWith(chosen);
  }

  return {
    answer: (params, signal) => defer(() => {
      if (isWithdrawn) return of(CANCELLED);
      if (params.sessionId !== sessionId) {
        emit(line(`[permission refused: ${cutText(params.toolCall.title ?? params.toolCall.toolCallId, MAX_TITLE).text}: it was asked in `
          + 'another session than the one that is running]'));
        return of(answerWith(find(params.options, 'reject_once')));
      }
      const request = requestOf(params);
      waiting += 1;
      return decide(request).pipe(
        map((decision) => choose(request, decision)),
        takeUntil(merge(withdrawn, fromEvent(signal, 'abort'))),
        defaultIfEmpty(CANCELLED),
        finalize(() => { waiting -= 1; }),
      );
    }),
    withdraw() {
      isWithdrawn = true;
      withdrawn.next();
    },
    reopen() { isWithdrawn = false; },
    waiting: () => waiting,
    hasGivenMore: () => hasGivenMore,
    refused: () => refused,
    forget() { refused = undefined; },
  };
}

const answerWith = (chosen: PermissionOption | undefined): RequestPermissionResponse =>
  chosen === undefined ? CANCELLED : { outcome: { outcome: 'selected', optionId: chosen.optionId } };

function find(options: readonly PermissionOption[], decision: PermissionDecision): PermissionOption | undefined {
  if (typeof decision !== 'string') return options.find(({ optionId }) => optionId === decision.optionId);
  const kinds = [decision, ...STANDS_IN[decision] ?? []];
  return kinds.map((kind) => options.find((option) => option.kind === kind)).find((option) => option !== undefined);
}

const isDecision = (given: unknown): given is PermissionDecision =>
  OPTION_KINDS.includes(given as (typeof OPTION_KINDS)[number]) || typeof (Object(given) as { optionId?: unknown }).optionId === 'string';
