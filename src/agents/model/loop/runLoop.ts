import { firstValueFrom, timer } from 'rxjs';
import type { AgentContext } from '../../../core/agent.js';
import { untilAborted } from '../../../core/operators/untilAborted.js';
import { line, text as chunk, type AgentOutput } from '../../../core/output.js';
import type { ToolSet } from '../aiSdk.js';
import type { Mail } from './createMail.js';
import { createPurse } from './createPurse.js';
import type { Talk } from './createTalk.js';
import { gateOf } from '../failure/gateOf.js';
import type { ModelBrief } from '../modelBrief.js';
import { ModelError } from '../failure/modelError.js';
import { nameOfModel } from './nameOfModel.js';
import type { ModelSettings } from '../readModelOptions.js';
import { runStep, type StepEnd } from './runStep.js';
import { tryAgain } from '../failure/tryAgain.js';

/** Timers take no more. */
const LONGEST = 2_147_483_647;

/** What one run has to work with. */
export interface LoopOptions {
  readonly settings: ModelSettings;
  readonly talk: Talk;
  readonly tools: ToolSet;
  readonly mail: Mail;
  readonly context: Pick<AgentContext, 'budget' | 'waitFor'>;
  readonly signal: AbortSignal;
  readonly put: (output: AgentOutput<never>) => void;
}

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
 */
export async function runLoop({ settings, talk, tools, mail, context, signal, put }: LoopOptions): Promise<string> {
  const { model, system, maxSteps, maxRetries, maxPause, call } = settings;
  const name = nameOfModel(model);
  const gate = gateOf(model);
  const purse = createPurse(name, context);
  let isOpenLine = false;
  const pause = async (time: number, reason: string): Promise<void> => {
    const over = timer(Math.min(time, LONGEST)).pipe(untilAborted(signal));
    await firstValueFrom(context.waitFor({ reason, until: Date.now() + time }, over));
  };
  const answered = (): void => {
    // What reads delivered is in what a later process goes on from.
    talk.answered();
    mail.answered();
  };
  // What is said in the frame of the start goes into the first request.
  await Promise.resolve();
  for (;;) {
    if (talk.steps > 0) {
      const isLast = talk.steps >= maxSteps;
      if (talk.calls && isLast) throw outOfSteps(name, talk.steps);
      if (!talk.calls && (isLast || !mail.isSteered)) return talk.said ?? nothing(name);
      // The answer was not the last one after all: what follows begins on a line of its own.
      if (!talk.calls && isOpenLine) put(chunk('\n'));
    }
    let streamed = false;
    const attempt = async (): Promise<StepEnd> => {
      const reserved = purse.reserve(talk.said);
      // Also of what came in a pause.
      talk.tell(mail.take());
      try {
        return await runStep({ model, system, messages: talk.messages, tools, settings: call, signal, answered }, settings, (output) => {
          streamed = true;
          reserved.put(output, put);
        });
      } finally {
        reserved.release();
      }
    };
    try {
      const end = await tryAgain(attempt, {
        maxRetries, maxPause, signal, pause, gate, mayRetry: () => !streamed, say: (words) => put(line(words)),
      });
      isOpenLine = end.text !== '' && !end.text.endsWith('\n');
      talk.stepped(end);
    } catch (thrown) {
      throw talk.steps === 0 && !talk.isResumed ? thrown : lostOnTheWay(thrown, talk.steps);
    }
  }
}

/** The first words of a run. */
export const promptOf = ({ goal, context }: ModelBrief): string =>
  context === undefined || context.trim() === '' ? goal : `${goal}\n\nWhat you should know beforehand:\n${context}`;

/** Where there was a connection once, it has started. */
const lostOnTheWay = (thrown: unknown, steps: number): unknown => thrown instanceof ModelError && thrown.code === 'not_started'
  ? new ModelError(
    'interrupted', `The connection was lost after ${steps === 0 ? 'a restart' : countOf(steps)}. ${thrown.message}`,
    { cause: thrown.cause ?? thrown },
  )
  : thrown;

const nothing = (name: string): never => {
  throw new ModelError('empty', `${name} answered nothing at all. Try again, or put the goal in other words.`);
};

const outOfSteps = (name: string, steps: number): ModelError => new ModelError(
  'max_steps', `${name} was still calling tools after ${countOf(steps)}, the most it may take. Allow more (\`maxSteps\` of the agent, `
    + '`max_iterations` of the brief), or ask for less at once.',
);

const countOf = (steps: number): string => steps === 1 ? '1 step' : `${steps} steps`;
