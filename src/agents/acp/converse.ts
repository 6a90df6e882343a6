import {
  catchError, concat, defer, distinct, EMPTY, filter, finalize, map, merge, mergeMap, of, Subject, takeUntil, throwError, type Observable,
} from 'rxjs';
import type { AgentContext } from '../../core/agent.js';
import type { Brief } from '../../core/brief.js';
import { NoResultError } from '../../core/errors.js';
import { line, result, type AgentOutput } from '../../core/output.js';
import { cutText } from '../../core/cutText.js';
import { tailOf } from '../../core/tailOf.js';
import { AcpError } from './acpError.js';
import type { AcpSettings } from './acpOptions.js';
import type { Connection } from './connection/connect.js';
import type { Conversation } from './conversation.js';
import { createPrompts, type Prompts } from './prompts/createPrompts.js';
import { guardMode } from './mode/guardMode.js';
import { createQuestions } from './permission/questions.js';
import { describeRefusal } from './connection/describeRefusal.js';
import { describeCounts } from './connection/messageCounts.js';
import { retellAfter } from './prompts/retell.js';
import { resumePromptOf } from './restart/resumePrompt.js';
import { tellSilence } from './output/tellSilence.js';
import { createTranscript } from './output/transcript.js';
import { verdictOf } from './output/verdictOf.js';
import { wantsLogin } from './start/wantsLogin.js';

/** Characters of what cannot be read. */
const MAX_UNREAD = 200;

/** Characters of what an agent said last, where that is why it failed. */
const MAX_REASON = 1_000;

/** What one task says and hears in an open session. */
export interface Exchange extends Pick<Prompts, 'settle'> {
  readonly outputs: Observable<AgentOutput>;
}

/** What is talked of. */
export interface Talked {
  readonly brief: Brief;
  readonly context: AgentContext;
  /** Of a task that goes on: what it was steered with in the turn that was cut off. */
  readonly resumed: readonly string[] | undefined;
  /** Keeps what it was steered with in turns that are not over. */
  readonly keep: (told: readonly string[]) => void;
}

/** Asks for the goal, passes steering on, and tells what the agent says and does until all prompts are done. */
export function converse(
  connection: Connection, conversation: Conversation, settings: AcpSettings, { brief, context, resumed, keep }: Talked,
): Exchange {
  const { goal, context: knowledge } = brief;
  const words = knowledge === undefined ? goal : `${goal}\n\n${knowledge}`;
  const { command: file, steering } = settings;
  const sessionId = conversation.sessionId!;
  const countsBefore = { ...connection.counts };
  const transcript = createTranscript(settings.thoughts, connection.counts, conversation.cost);
  const questions = createQuestions(settings, context, sessionId, (asked) => {
    // A request may name no more than a call that was told before, or be the first that is heard of it.
    for (const each of transcript.read({ ...asked, sessionUpdate: 'tool_call_update' })) context.emit(each);
    return transcript.toolCall(asked.toolCallId);
  }, transcript.spoken);
  const updates = connection.updates.pipe(filter((each) => each.sessionId === sessionId), map(({ update }) => update));

  const isBusy = (): boolean => transcript.isBusy() || questions.waiting() > 0;

  const prompts = createPrompts(resumed === undefined
    ? retellAfter(conversation.lost, words)
    : resumePromptOf(settings.resumePrompt, words, resumed), {
    told: resumed ?? [],
    keep,
    steering,
    forgets: settings.forgetsCancelled,
    silence: settings.promptSilence,
    cancelGrace: settings.cancelGrace,
    heard: updates,
    ask(text, isNew) {
      questions.reopen();
      if (isNew) {
        questions.forget();
        transcript.newTurn();
      }
      return connection.request('session/prompt', { sessionId, prompt: [{ type: 'text', text }] });
    },
    cancel() {
      // First the notice, as the protocol has it, so that a withdrawn question is no news.
      connection.cancel(sessionId);
      questions.withdraw();
    },
    isOpen: connection.isOpen,
    isBusy,
    endTurn: transcript.endTurn,
    verdict: (response) => verdictOf(file, response, {
      refused: questions.refused(),
      spoken: transcript.spoken(),
      trouble: transcript.trouble(),
      lastWords: tailOf(transcript.lastMessage(), MAX_REASON),
    }),
    describe: (error) => error instanceof AcpError ? error : new AcpError(
      `\`${file}\` did not do what it was asked: ${describeRefusal(error, connection.secrets)}`
      + (wantsLogin(error) ? `. ${conversation.login}` : ''),
      { cause: error, stderr: connection.stderrTail() },
    ),
  });

  const told = { malformed: 0, oversized: 0, unknown: 0 };
  const leftOut = defer(() => {
    const isMore = (['malformed', 'oversized', 'unknown'] as const)
      .some((kind) => connection.counts[kind] - countsBefore[kind] > told[kind]);
    return isMore ? [line(describeCounts(connection.counts, countsBefore)!)] : [];
  });
  const unread = connection.leftOut.pipe(
    distinct(({ kind }) => kind),
    map(({ kind, words }) => {
      told[kind] += 1;
      const beginning = cutText(words, MAX_UNREAD).text;
      const why = kind === 'oversized' ? 'it is longer than `maxMessageLength`' : `it is no JSON-RPC message: ${beginning}`;
      return line(`[a message of the agent could not be read: ${why}]`);
    }),
  );
  const silence = tellSilence({
    file,
    heard: updates,
    isBusy,
    stderrTail: connection.stderrTail,
    secrets: connection.secrets,
  });
  const answer = defer(() => {
    const message = transcript.lastMessage().trimEnd();
    return message === ''
      ? throwError(() => new NoResultError(`\`${file}\` ended its turn without a message.`))
      : of(result(message));
  });
  const over = new Subject<void>();
  const { modes, notices } = conversation;
  conversation.notices = [];
  const modeChanges = modes === undefined ? EMPTY
    : guardMode({ connection, sessionId, modes, settings, updates, hasLeave: questions.hasGivenMore });

  return {
    settle() {
      // From now on it is given no permission and no file, whatever it still does.
      connection.serve(undefined);
      const settled = prompts.settle();
      // Also where no prompt waits any more.
      questions.withdraw();
      conversation.lost = prompts.lost();
      return settled;
    },
    outputs: defer(() => {
      connection.serve({ permit: questions.answer });
      // Behind this its goal is on its way.
      keep(resumed ?? []);
      return concat(
        notices.map(line),
        merge(
          merge(modeChanges, unread, silence).pipe(takeUntil(over)),
          updates.pipe(mergeMap((update) => transcript.read(update)), takeUntil(over)),
          prompts.outputs.pipe(finalize(() => { over.next(); })),
          // Behind the goal, which was sent when the line above was subscribed.
          defer(() => {
            if (steering !== false) context.deliverSteering(prompts.steer, { concurrency: prompts.concurrency });
            return EMPTY;
          }),
        ).pipe(catchError((error: unknown) => concat(transcript.endTurn(), leftOut, throwError(() => error)))),
        leftOut,
        answer,
      ).pipe(finalize(() => { conversation.cost = transcript.cost(); }));
    }),
  };
}
