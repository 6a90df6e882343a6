import { firstValueFrom, map, merge } from 'rxjs';
import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import { CollectTimeoutError } from '../core/errors.js';
import { untilAborted } from '../core/operators/untilAborted.js';
import { within } from '../core/operators/within.js';
import type { Task } from '../core/task.js';
import { questionsSchema } from './answers/askedOf.js';
import { asked as isAsked, FOR_A_PERSON, questionsFor, questionsOf } from './questionsOf.js';
import { capText } from './answers/text/capText.js';
import { linesBeside } from './answers/text/linesBeside.js';
import { withMedia } from './answers/media/mediaOf.js';
import { missedOf, missedSchema } from './answers/missedOf.js';
import { plain } from './answers/plain.js';
import { seconds } from './answers/seconds.js';
import { usageOf, usageSchema } from './answers/usageOf.js';
import { waitingOf, waitingSchema } from './answers/waitingOf.js';
import { wholeEnding } from './answers/wholeEnding.js';
import type { Call } from './calls/defineTool.js';
import { said, type Offer } from './calls/offer.js';
import { tell } from './hearing/tell.js';
import { timeoutOf } from './calls/timeoutOf.js';
import type { ToolAnswer } from './tool.js';

/** What a collect answers with. */
export const collectedFields = {
  task_id: z.string(), status: z.string(), message: z.string(), elapsed: z.number(), timeout: z.number(), timed_out: z.boolean(),
  aborted: z.boolean(), waiting_for: waitingSchema, questions: questionsSchema, questions_more: z.number(),
  output: z.string(), summary: z.string(), result: z.unknown(), file: z.string(),
  partial: z.string(), reason: z.string(), offset: z.number(), output_lines: z.number(), dropped_lines: z.number(),
  truncated: z.boolean(), ended_ids: z.array(z.string()), missed_steering: missedSchema, usage: usageSchema,
};

/**
 * Waits for a task's end, at most `asked` seconds, and answers with what there is; at once where it, or what is below it, asks what the
 * model that waits is to answer. Running out of time touches nothing.
 *
 * @param shown - which lines; where nobody says it, some beside a result of its own, and else all. Those from `offset` on are counted from
 * the first that it ever printed, and the answer says at which it begins, as that may have left the window.
 */
export async function collected(
  scope: Delegator, task: Task, offer: Offer, call: Call, asked: number | undefined,
  { lines, offset }: { readonly lines?: number | undefined; readonly offset?: number | undefined } = {},
): Promise<ToolAnswer> {
  const { timeout, shortened } = timeoutOf(asked, offer.maxWait, call.maxWait);
  const waited = await wait(scope, task, offer, timeout, call.signal);
  const seen = task.snapshot(offset === undefined && lines !== undefined ? lines : Infinity);
  const { status, elapsed, preview, windowLines, droppedLines, cutLines, outcome: end } = seen;
  // Who pages through the output of what is known to have ended has read the rest.
  const isPage = offset !== undefined && task.isHeard;
  const questions = end === undefined ? questionsOf(scope, offer, task) : { fields: {}, told: [] };
  tell(scope, [...end === undefined ? [] : [task], ...questions.told], call);
  const made = wholeEnding(task, offer.spill);
  const { told: { truncated, ...all }, media, message } = made instanceof Promise ? await made : made;
  const { summary, result, partial, ...brief } = all;
  const told = isPage ? brief : all;
  const isBeside = lines === undefined && offset === undefined && end?.type === 'completed' && !truncated;
  const first = Math.max(offset ?? 0, droppedLines);
  const shown = isBeside ? linesBeside(end.result, preview, offer.lines)
    : offset === undefined ? preview : preview.slice(first - droppedLines, lines === undefined ? undefined : first - droppedLines + lines);
  const output = capText(shown.join('\n'));
  const timedOut = waited === 'timed_out' && end === undefined;
  return withMedia(plain({
    ok: true,
    task_id: task.id,
    status,
    message: said(
      questions.told.length > 0 ? WAITS : questions.fields.questions?.some((one) => one.for === 'person') === true && FOR_A_PERSON,
      timedOut && shortened, end === undefined && (waited === 'ended' ? CLOSED : goesOn(offer)),
      !isPage && message,
    ) || undefined,
    elapsed: seconds(elapsed),
    timeout,
    timed_out: timedOut,
    aborted: waited === 'aborted' && end === undefined ? true : undefined,
    waiting_for: waitingOf(seen),
    ...questions.fields,
    output: output.text,
    offset: offset === undefined ? undefined : first,
    output_lines: windowLines,
    dropped_lines: droppedLines,
    truncated: truncated || output.truncated || (cutLines > 0 && shown.length > 0),
    ended_ids: task.endedIds.length > 1 ? task.endedIds : undefined,
    ...told,
    missed_steering: end === undefined ? undefined : missedOf(seen),
    usage: usageOf(seen),
  }), isPage ? [] : media);
}

/** Of a task that cannot go on before the model has answered. */
const WAITS = 'It waits for your answer: answer_task.';

/** Of a session with a store that is being closed. */
const CLOSED = 'The session is being closed; the task goes on when it is opened again. Collect it then.';

/** What can be done with a task that has not ended. */
function goesOn({ has, isTold }: Offer): string {
  const verbs = (['collect_task', 'check_task', 'steer_task', 'cancel_task'] as const).filter(has).map((name) => name.replace('_task', ''));
  const last = verbs.pop();
  const what = last === undefined ? '' : `: ${verbs.length === 0 ? last : `${verbs.join(', ')} or ${last}`} it`;
  return isTold ? `The task goes on, and you will be told when it ends.` : `The task goes on${what}.`;
}

async function wait(
  scope: Delegator, task: Task, offer: Offer, timeout: number, signal: AbortSignal | undefined,
): Promise<'ended' | 'asked' | 'timed_out' | 'aborted'> {
  const ids = new Set([task.id]);
  if (task.outcome === undefined) {
    if (signal?.aborted === true) return 'aborted';
    if (questionsFor(scope, offer, ids).length > 0) return 'asked';
    if (timeout === 0) return 'timed_out';
  }
  try {
    // Not by its events: being given the outcome would count as having heard of it.
    // Within by the clock of the task, which what is merged with others has not.
    const ends = merge(task.ended.pipe(within(timeout * 1_000), map(() => 'ended' as const)), isAsked(scope, offer, ids));
    return await firstValueFrom(signal === undefined ? ends : ends.pipe(untilAborted(signal)));
  } catch (error) {
    return error instanceof CollectTimeoutError ? 'timed_out' : 'aborted';
  }
}
