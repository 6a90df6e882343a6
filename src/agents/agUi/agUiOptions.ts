import type { Context, RunAgentInput, State } from '@ag-ui/client';
import type { Brief } from '../../core/brief.js';
import { WORDS, type Kind } from '../../core/check.js';
import { readFields } from './readFields.js';

/** What an AG-UI agent is given of a brief. What is left out is the agent's own. */
export interface AgUiInput {
  /** The words of the user message. @defaultValue the brief's context, a blank line, and its goal */
  readonly message?: string | undefined;
  /** The conversation to go on with, where the agent keeps conversations. @defaultValue a new one */
  readonly threadId?: string | undefined;
  /** The state to start from. @defaultValue the agent's own */
  readonly state?: State;
  /** Ambient information beside the messages; whether a model is told of it depends on the agent. @defaultValue none */
  readonly context?: readonly Context[] | undefined;
  /** Passed on to the agent untouched. @defaultValue none */
  readonly forwardedProps?: RunAgentInput['forwardedProps'];
}

/** How an AG-UI agent is run as a child. */
export interface AgUiOptions<B extends Brief = Brief> {
  /** What the agent is given, or how to make it of the brief. */
  readonly input?: AgUiInput | ((brief: B) => AgUiInput) | undefined;
  /**
   * AG-UI has no way to say something to an agent in mid-run. `follow-up`: messages wait, and when the run is finished they are the next
   * run of the same conversation; they read delivered when the agent is at work in that run, and says something or calls a tool. `false`:
   * the agent cannot be steered. @defaultValue follow-up
   */
  readonly steering?: 'follow-up' | false | undefined;
  /**
   * What to do when the agent stops to ask for something, such as an approval. `fail`: the task fails and says what was asked. `ask`: each
   * interrupt is a question of the task, by the schema of its answer, and the run is resumed when all are settled; what is declined is
   * cancelled there. Where one text is asked for and nothing else, the next steering message answers it, too. @defaultValue fail
   */
  readonly onInterrupt?: 'fail' | 'ask' | undefined;
  /** Milliseconds until the first event of a run has come; then the task fails as `not_started`. @defaultValue 30_000 */
  readonly startTimeout?: number | undefined;
}

/** Timers take no more: Node fires anything longer after 1 ms. */
const MAX_DURATION = 2_147_483_647;

const OPTIONS: Record<keyof AgUiOptions, Kind> = {
  input: [
    (value) => typeof value === 'function' || (typeof value === 'object' && value !== null), 'an object or a function that makes one',
  ],
  steering: [(value) => value === 'follow-up' || value === false, '"follow-up" or false'],
  onInterrupt: [(value) => value === 'fail' || value === 'ask', '"fail" or "ask"'],
  startTimeout: [
    (value) => typeof value === 'number' && value >= 1 && value <= MAX_DURATION, `a number of milliseconds from 1 to ${MAX_DURATION}`,
  ],
};

const INPUT: Record<keyof AgUiInput, Kind> = {
  message: WORDS,
  threadId: WORDS,
  state: [() => true, ''],
  context: [Array.isArray, 'a list of { description, value }'],
  forwardedProps: [() => true, ''],
};

/** The options with their defaults. */
export function readAgUiOptions<B extends Brief>(options: AgUiOptions<B>) {
  const { input = {}, steering = 'follow-up', onInterrupt = 'fail', startTimeout = 30_000 } =
    readFields<AgUiOptions<B>>('the options of agUi', options, OPTIONS);
  if (typeof input !== 'function') readAgUiInput(input);
  return {
    steering,
    onInterrupt,
    startTimeout,
    inputOf: (brief: B): AgUiInput => typeof input === 'function' ? readAgUiInput(input(brief)) : input,
  };
}

const readAgUiInput = (input: AgUiInput): AgUiInput => readFields('`input`', input, INPUT, 'input.');
