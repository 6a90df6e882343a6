import { line, text as chunk, type AgentOutput } from '../../../core/output.js';
import type { ModelMessage, ToolSet } from '../aiSdk.js';
import type { Mail } from './createMail.js';
import { gateOf } from '../failure/gateOf.js';
import type { ModelBrief } from '../modelBrief.js';
import { ModelError } from '../failure/modelError.js';
import { nameOfModel } from './nameOfModel.js';
import type { ModelSettings } from '../readModelOptions.js';
import { runStep, type StepEnd } from './runStep.js';
import { tryAgain } from '../failure/tryAgain.js';

/** What one run has to work with. */
export interface LoopOptions {
  readonly settings: ModelSettings;
  readonly brief: ModelBrief;
  readonly tools: ToolSet;
  readonly mail: Mail;
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
export async function runLoop({ settings, brief, tools, mail, signal, put }: LoopOptions): Promise<string> {
  const { model, system, maxSteps, maxRetries, call } = settings;
  const name = nameOfModel(model);
  const gate = gateOf(model);
  const messages: ModelMessage[] = [{ role: 'user', content: promptOf(brief) }];
  let said: string | undefined;
  // What is said in the frame of the start goes into the first request.
  await Promise.resolve();
  for (let n = 1; ; n++) {
    let streamed = false;
    const attempt = (): Promise<StepEnd> => {
      // Also of what came in a pause.
      messages.push(...mail.take().map((content): ModelMessage => ({ role: 'user', content })));
      const request = { model, system, messages, tools, settings: call, signal, answered: mail.answered };
      return runStep(request, settings, (output) => {
        streamed = true;
        put(output);
      });
    };
    let end: StepEnd;
    try {
      end = await tryAgain(attempt, { maxRetries, signal, gate, mayRetry: () => !streamed, say: (words) => put(line(words)) });
    } catch (thrown) {
      throw n === 1 ? thrown : lostOnTheWay(thrown, n - 1);
    }
    const { text, calls, messages: added } = end;
    messages.push(...added);
    // What parts a text from the call behind it is none of it.
    if (text.trim() !== '') said = calls ? text.trimEnd() : text;
    const isLast = n >= maxSteps;
    if (calls && isLast) throw outOfSteps(name, n);
    if (calls) continue;
    if (isLast || !mail.isSteered) return said ?? nothing(name);
    // The answer was not the last one after all: what follows begins on a line of its own.
    if (text !== '' && !text.endsWith('\n')) put(chunk('\n'));
  }
}

const promptOf = ({ goal, context }: ModelBrief): string =>
  context === undefined || context.trim() === '' ? goal : `${goal}\n\nWhat you should know beforehand:\n${context}`;

/** Where there was a connection once, it has started. */
const lostOnTheWay = (thrown: unknown, steps: number): unknown => thrown instanceof ModelError && thrown.code === 'not_started'
  ? new ModelError('interrupted', `The connection was lost after ${countOf(steps)}. ${thrown.message}`, { cause: thrown.cause ?? thrown })
  : thrown;

const nothing = (name: string): never => {
  throw new ModelError('empty', `${name} answered nothing at all. Try again, or put the goal in other words.`);
};

const outOfSteps = (name: string, steps: number): ModelError => new ModelError(
  'max_steps', `${name} was still calling tools after ${countOf(steps)}, the most it may take. Allow more (\`maxSteps\` of the agent, `
    + '`max_iterations` of the brief), or ask for less at once.',
);

const countOf = (steps: number): string => steps === 1 ? '1 step' : `${steps} steps`;
