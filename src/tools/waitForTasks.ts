import { endWith, filter, firstValueFrom, map, merge } from 'rxjs';
import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import { describeValue } from '../core/describeValue.js';
import { CollectTimeoutError, InvalidArgumentError } from '../core/errors.js';
import { isOutcome } from '../core/events.js';
import { hearsOf } from '../core/hearsOf.js';
import { untilAborted } from '../core/operators/untilAborted.js';
import { within } from '../core/operators/within.js';
import type { Task } from '../core/task.js';
import { answerOf } from './answers/answerOf.js';
import { questionsSchema } from './answers/askedOf.js';
import { asked as isAsked, FOR_A_PERSON, questionsFor, shown } from './questionsOf.js';
import { completionSchema } from './answers/completion.js';
import { digestOf } from './answers/digestOf.js';
import { defineTool } from './calls/defineTool.js';
import { timeoutWithin } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import { hearingOf } from './hearing/hearingOf.js';
import { askingBelow } from './hearing/news.js';
import { holdBack } from './hearing/holdBack.js';
import { tell } from './hearing/tell.js';
import { not, said, type Offer } from './calls/offer.js';
import { plain } from './answers/plain.js';
import { timeoutOf } from './calls/timeoutOf.js';
import type { Tool } from './tool.js';

/** Characters of one answer, shared among those that ended, and of the summary of one. */
const MAX_TEXT = 24_000;

/** Ids that one call may name, and that one answer does. */
const MOST = 100;

/** Why a task is cancelled that this tool no longer waits for. */
const NOT_NEEDED = 'not needed: wait_for_tasks had enough';

/** Milliseconds that cancelling takes at most, more than any grace. */
const LONGEST = 3_600_000;

/** How many of those that are waited for must have ended. */
type Until = 'any' | 'all' | number;

const badUntil = (value: unknown, count?: number): string => {
  const most = count === undefined ? '' : ` to ${count}, the tasks that are waited for`;
  return `Expected \`until\` to be any, all or a whole number from 1${most}, got ${describeValue(value)}.`;
};

const badIds = ({ input }: { readonly input?: unknown }): string =>
  `Expected \`task_ids\` to be a list of 1 to ${MOST} ids, got ${Array.isArray(input) ? input.length : describeValue(input)}.`;

const isUntil = (value: unknown): boolean =>
  value === 'any' || value === 'all' || (Number.isSafeInteger(value) && (value as number) > 0);

// As one type and in words: a union of schemas costs a model twice the tokens.
const untilSchema = z.unknown().refine(isUntil, { error: ({ input }) => badUntil(input) }).optional()
  .meta({ type: ['string', 'integer'], description: 'How many: any (default), all or a number.' }) as z.ZodType<Until | undefined>;

const inputSchemaOf = (maxWait: number) => z.strictObject({
  task_ids: z.array(z.string(), { error: badIds })
    .refine(({ length }) => length > 0 && length <= MOST, { error: badIds })
    .optional()
    .describe('Default: all that run or are unread.'),
  until: untilSchema,
  cancel_rest: z.boolean().optional().describe('Then cancels the others.'),
  timeout: timeoutWithin(maxWait),
});
const outputSchema = answerOf({
  questions: questionsSchema, questions_more: z.number(), ended: z.array(completionSchema), ended_more: z.number(),
  cancelled: z.array(z.string()), cancelled_more: z.number(),
  not_stopped_ids: z.array(z.string()), running: z.array(z.string()), running_more: z.number(), timeout: z.number(), timed_out: z.boolean(),
  aborted: z.boolean(), message: z.string(),
});

/** Waits for some or all of several tasks, answers with what came of those that have ended, and cancels the others where it is to. */
export const waitForTasks = (scope: Delegator, offer: Offer): Tool => defineTool({
  name: 'wait_for_tasks',
  description: said(
    'Waits until some or all of your tasks have ended, at most timeout (seconds). Use it when you can do nothing before.',
    not('for the output of one', offer, 'collect_task'),
  ),
  inputSchema: inputSchemaOf(offer.maxWait),
  outputSchema,
  run: async ({ task_ids: ids, until = 'any', cancel_rest: cancels = false, timeout: asked }, call) => {
    const { signal, maxWait } = call;
    const tasks = ids === undefined ? openTasks(scope) : [...new Set(ids)].map((id) => findTask(scope, id, offer));
    const { timeout, shortened } = timeoutOf(asked, offer.maxWait, maxWait);
    const needed = neededOf(until, tasks.length);
    // Counted down: at each of a thousand endings nobody looks at a thousand tasks.
    const open = new Set(tasks.filter((task) => !hasEnded(task)).map(({ id }) => id));
    const enough = (id?: string): boolean => {
      if (id !== undefined) open.delete(id);
      return tasks.length - open.size >= needed;
    };
    // What it waits for, and what it cancels, is this answer's to tell.
    const letGo = holdBack(scope, tasks, cancels ? LONGEST : timeout * 1_000 + 1_000);
    // What they ask the model that waits here nobody else can answer.
    const among = ids === undefined ? undefined : new Set(tasks.map(({ id }) => id));
    const waited = await wait(scope, offer, enough, among, timeout, signal);
    // Where the session is being closed, those that go on when it is opened again are not enough.
    const rest = cancels && waited === 'ended' && enough() && signal?.aborted !== true ? tasks.filter((task) => !hasEnded(task)) : [];
    const notStopped = await stop(rest);
    letGo();
    const gone = new Set(rest.filter(({ outcome }) => outcome?.type === 'cancelled'));
    // Who has gone is told nothing, so that nothing counts as told.
    const ended = waited === 'aborted' ? [] : tasks.filter((task) => hasEnded(task) && !gone.has(task));
    const { completions, more } = digestOf(ended, { maxText: MAX_TEXT, budget: MAX_TEXT });
    const told = new Set(completions.map(({ task_id }) => task_id));
    const mine = waited === 'aborted' ? [] : questionsFor(scope, offer, among);
    // Whoever waited in vain is to know that others are asked.
    const others = waited === 'timed_out' ? askingBelow(scope).filter((one) => tasks.includes(one.task) && !mine.includes(one)) : [];
    const questions = shown(scope, offer, [...mine, ...others]);
    tell(scope, [...ended.filter(({ id }) => told.has(id)), ...gone, ...questions.told], call);
    const asks = questions.told.length > 0 ? 'What they ask waits for your answer: answer_task.'
      : others.some(({ question: { kind } }) => !offer.answers(kind)) && FOR_A_PERSON;
    const isNone = tasks.length === 0 && questions.told.length === 0;
    const none = isNone && 'There is nothing to wait for: no task of yours runs, and you have read the ends of all.';
    const rests = more > 0 ? `${more} more have ended: call wait_for_tasks again.` : undefined;
    return plain({
      ok: true,
      ...questions.fields,
      ended: completions,
      ended_more: more > 0 ? more : undefined,
      ...cancels ? namesOf('cancelled', [...gone]) : {},
      not_stopped_ids: notStopped.length > 0 ? notStopped : undefined,
      ...namesOf('running', tasks.filter((task) => !hasEnded(task))),
      timeout,
      timed_out: waited === 'timed_out',
      aborted: waited === 'aborted' ? true : undefined,
      message: said(asks, waited === 'timed_out' && shortened, none, rests) || undefined,
    });
  },
});

/** How many of so many tasks must have ended. */
function neededOf(until: Until, count: number): number {
  if (until === 'all' || count === 0) return count;
  if (until === 'any') return 1;
  if (until > count) throw new InvalidArgumentError(badUntil(until, count));
  return until;
}

/** Cancels them all, waits until they have stopped, for the grace at most, and answers with the ids of those that have not. */
async function stop(tasks: readonly Task[]): Promise<readonly string[]> {
  for (const task of tasks) task.cancel(NOT_NEEDED);
  // Not cut short by the caller's signal: only then it is known what ended.
  const reports = await Promise.all(tasks.map(({ stopped }) => firstValueFrom(stopped)));
  return [...new Set(reports.flatMap(({ notStopped }) => notStopped))];
}

/** The ids of tasks in a field of that name, as many as there is room for, and how many more there are. */
const namesOf = (field: string, tasks: readonly Task[]): Readonly<Record<string, unknown>> => ({
  [field]: tasks.slice(0, MOST).map(({ id }) => id),
  [`${field}_more`]: tasks.length > MOST ? tasks.length - MOST : undefined,
});

const hasEnded = (task: Task): boolean => task.outcome !== undefined;

/** What this scope itself started and has not read the end of, nor is being told of it at this moment. */
function openTasks(scope: Delegator): readonly Task[] {
  const unheard = new Set(scope.unheard());
  // What a child has started is that child's to hear of, and what is in another scope, of whoever has that.
  const hears = hearsOf(scope);
  const hearing = hearingOf(scope);
  return scope.tasks().filter((task) => hasEnded(task) ? unheard.has(task) && !hearing.isInHand(task) : hears(task.id));
}

/** By the scope's stream and not by the tasks' own: watching those would count as having heard. */
async function wait(
  scope: Delegator, offer: Offer, enough: (id?: string) => boolean, among: ReadonlySet<string> | undefined, timeout: number,
  signal: AbortSignal | undefined,
): Promise<'ended' | 'asked' | 'timed_out' | 'aborted'> {
  if (enough()) return 'ended';
  if (signal?.aborted === true) return 'aborted';
  if (questionsFor(scope, offer, among).length > 0) return 'asked';
  if (timeout === 0) return 'timed_out';
  const ends = scope.events.pipe(filter(isOutcome), map(({ taskId }) => enough(taskId)), filter(Boolean));
  const limited = merge(
    ends.pipe(within(timeout * 1_000), map(() => 'ended' as const), endWith('ended' as const)),
    isAsked(scope, offer, among),
  );
  try {
    return await firstValueFrom(signal === undefined ? limited : limited.pipe(untilAborted(signal)));
  } catch (error) {
    return error instanceof CollectTimeoutError ? 'timed_out' : 'aborted';
  }
}
