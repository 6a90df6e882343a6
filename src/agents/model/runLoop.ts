import type { AgentContext } from '../../core/agent.js';
import { line, text as chunk, type AgentOutput } from '../../core/output.js';
import type { ModelMessage, ToolSet } from './aiSdk.js';
import type { ModelBrief } from './modelBrief.js';
import { ModelError } from './modelError.js';
import { nameOfModel } from './nameOfModel.js';
import type { ModelSettings } from './readModelOptions.js';
import { runStep, type StepEnd } from './runStep.js';
import { tryAgain } from './tryAgain.js';

/** What one run has to work with. */
export interface LoopOptions {
  readonly settings: ModelSettings;
  readonly brief: ModelBrief;
  readonly tools: ToolSet;
  readonly takeSteering: AgentContext['takeSteering'];
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
 * Steering messages are taken where a request goes out with them, and stay in the conversation from there on. One that came during the last
 * step makes one more, as long as there are steps left; after that it stays in the mailbox, and is missed. Where the model has nothing more
 * to say then, its earlier answer stands.
 */
export async function runLoop({ settings, brief, tools, takeSteering, signal, put }: LoopOptions): Promise<string> {
  const { model, system, maxSteps, maxRetries, call } = settings;
  const messages: ModelMessage[] = [{ role: 'user', content: promptOf(brief) }];
  const steer = (): boolean => {
    const told = takeSteering();
    messages.push(...told.map((content): ModelMessage => ({ role: 'user', content })));
    return told.length > 0;
  };
  /** What it has answered already, where messages that came meanwhile have made it go on. */
  let answer: string | undefined;
  // What is said in the frame of the start goes into the first request.
  await Promise.resolve();
  for (let n = 1; ; n++) {
    let streamed = false;
    const attempt = (): Promise<StepEnd> => {
      // Also of what came in a pause.
      steer();
      return runStep({ model, system, messages, tools, settings: call, signal }, settings, (output) => {
        streamed = true;
        put(output);
      });
    };
    let end: StepEnd;
    try {
      end = await tryAgain(attempt, { maxRetries, signal, mayRetry: () => !streamed, say: (words) => put(line(words)) });
    } catch (thrown) {
      if (answer !== undefined && thrown instanceof ModelError && thrown.reason === 'empty') return answer;
      throw n === 1 ? thrown : lostOnTheWay(thrown, n - 1);
    }
    const { text, calls, messages: added } = end;
    messages.push(...added);
    const isLast = n >= maxSteps;
    if (calls && isLast) throw outOfSteps(nameOfModel(model), n);
    const told = !isLast && steer();
    if (calls) continue;
    if (!told) return text;
    answer = text;
    // The answer was not the last one after all: what follows begins on a line of its own.
    if (!text.endsWith('\n')) put(chunk('\n'));
  }
}

const promptOf = ({ goal, context }: ModelBrief): string =>
  context === undefined || context.trim() === '' ? goal : `${goal}\n\nWhat you should know beforehand:\n${context}`;

/** Where there was a connection once, it has started. */
const lostOnTheWay = (thrown: unknown, steps: number): unknown => thrown instanceof ModelError && thrown.code === 'not_started'
  ? new ModelError('interrupted', `The connection was lost after ${countOf(steps)}. ${thrown.message}`, { cause: thrown.cause ?? thrown })
  : thrown;

const outOfSteps = (name: string, steps: number): ModelError => new ModelError(
  'max_steps', `${name} was still calling tools after ${countOf(steps)}, the most it may take. Allow more (\`maxSteps\` of the agent, `
    + '`max_iterations` of the brief), or ask for less at once.',
);

const countOf = (steps: number): string => steps === 1 ? '1 step' : `${steps} steps`;
