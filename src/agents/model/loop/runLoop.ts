import { InvalidResultError } from '../../../core/errors.js';
import { text as chunk } from '../../../core/output.js';
import { ModelError } from '../failure/modelError.js';
import type { ModelBrief } from '../modelBrief.js';
import { createSteps, type LoopOptions } from './createSteps.js';
import { nameOfModel } from './nameOfModel.js';
import type { StepEnd } from './runStep.js';
import { correctionOf, NOTHING_SAID, sumUpAfter } from './wordsOfTurns.js';

/**
 * Step after step until the model answers without a tool call, and then its answer.
 *
 * ```
 * steering  ──────────a───────────────b──────────
 * step      ─1──tools──2(a)──tools──3──4(b)──|
 * ```
 *
 * Steering messages, and what has ended below, go out with a request, and stay in the conversation from there on. A message that came
 * during the last step makes one more, as long as there are steps left; after that it stays in the mailbox, and is missed. Where the model
 * has nothing more to say at its end, the last that it said is its answer.
 *
 * Where its steps are used up, or an answer was cut off by its length, one more turn without tools sums up what there is, and the run
 * fails with that. An answer that does not fit what the result has to be is told so, and may be corrected once, in such a turn.
 */
export async function runLoop(options: LoopOptions): Promise<unknown> {
  const { settings: { model, maxSteps }, talk, mail, preparer, form, signal, put } = options;
  const name = nameOfModel(model);
  const next = createSteps(options);
  let isOpenLine = false;

  async function take(kind?: 'last', over?: ModelError): Promise<StepEnd> {
    // The answer was not the last one after all: what follows begins on a line of its own.
    if (talk.steps > 0 && !talk.calls && isOpenLine) put(chunk('\n'));
    try {
      const end = await next(kind);
      isOpenLine = end.text !== '' && !end.text.endsWith('\n');
      talk.stepped(end, over ?? end.cut);
      return end;
    } catch (thrown) {
      throw talk.steps === 0 && !talk.isResumed ? thrown : lostOnTheWay(thrown, talk.steps);
    }
  }

  /** What there is by one last turn; whatever goes wrong in that is not why the run fails. */
  async function sumUp(failure: ModelError): Promise<ModelError> {
    talk.tell([sumUpAfter(failure.reason)]);
    try {
      await take('last', failure);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
    }
    return withPartial(failure);
  }

  async function withPartial({ reason, message }: ModelError): Promise<ModelError> {
    const { said } = talk;
    if (said === undefined) return new ModelError(reason, message);
    const read = await form?.read(said);
    const partial = typeof read === 'object' ? read.value : said;
    return new ModelError(reason, `${message} What it had come to by then is kept as its partial result.`, { partial });
  }

  async function answer(): Promise<unknown> {
    if (form === undefined) return talk.said ?? nothing(name, talk.calls);
    const first = talk.said === undefined ? NOTHING_SAID : await form.read(talk.said);
    if (typeof first === 'object') return first.value;
    talk.tell([correctionOf(first, form.words)]);
    const { text, cut } = await take('last');
    if (cut !== undefined) throw await withPartial(cut);
    const second = await form.read(text);
    if (typeof second === 'object') return second.value;
    const message = `The result of ${name} does not fit, also after it was told so once: ${second}`;
    throw new InvalidResultError(message, { partial: text.trim() === '' ? talk.said : text });
  }

  // What is said in the frame of the start goes into the first request.
  await Promise.resolve();
  // It had failed in a process that has ended, and nobody had heard of it.
  if (talk.over !== undefined) throw await withPartial(talk.over);
  for (;;) {
    if (talk.steps > 0) {
      const isOver = talk.steps >= maxSteps;
      if (talk.calls) {
        if (await preparer.isStopped()) break;
        if (isOver) throw await sumUp(outOfSteps(name, talk.steps));
      } else if (isOver || !mail.isSteered) {
        break;
      }
    }
    const { cut } = await take();
    if (cut !== undefined) throw await sumUp(cut);
  }
  return await answer();
}

/** The first words of a run. @param form - what its result has to be, in words */
export const promptOf = ({ goal, context }: ModelBrief, form?: string): string => [
  goal,
  ...(context === undefined || context.trim() === '' ? [] : [`What you should know beforehand:\n${context}`]),
  ...(form === undefined ? [] : [form]),
].join('\n\n');

/** Where there was a connection once, it has started. */
const lostOnTheWay = (thrown: unknown, steps: number): unknown => thrown instanceof ModelError && thrown.code === 'not_started'
  ? new ModelError(
    'interrupted', `The connection was lost after ${steps === 0 ? 'a restart' : countOf(steps)}. ${thrown.message}`,
    { cause: thrown.cause ?? thrown },
  )
  : thrown;

const nothing = (name: string, isStopped: boolean): never => {
  throw new ModelError('empty', isStopped
    ? `${name} was stopped by \`stopWhen\` before it had said a word. Let it answer, or give it a \`resultSchema\`: then it is asked.`
    : `${name} answered nothing at all. Try again, or put the goal in other words.`);
};

const outOfSteps = (name: string, steps: number): ModelError => new ModelError(
  'max_steps', `${name} was still calling tools after ${countOf(steps)}, the most it may take. Allow more (\`maxSteps\` of the agent, `
    + '`max_iterations` of the brief), or ask for less at once.',
);

const countOf = (steps: number): string => steps === 1 ? '1 step' : `${steps} steps`;
