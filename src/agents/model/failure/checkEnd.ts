import { ModelError } from './modelError.js';
import { noAnswerAtAll } from './noAnswerAtAll.js';

/** How a step ended. */
export interface StepOutcome {
  /** The SDK's word for it; nothing where the stream never said that it was over. */
  readonly reason: string | undefined;
  /** The provider's own word. */
  readonly raw: string | undefined;
  readonly calls: boolean;
}

/** Words of providers for "it was done", which the SDK does not know and calls `other`; whole words, since `stopped_by_…` is none. */
const DONE = /^(eo[st](_token|_id)?|end(_?(turn|of_?(turn|text|sequence)))?|stop(_?(sequence|token|word)s?)?|completed?)$/i;

/** Whether the model came to its own end. */
export function hasAnswered({ reason, raw, calls }: StepOutcome): boolean {
  switch (reason) {
    case 'stop':
    case 'tool-calls': return true;
    case 'length':
    case 'content-filter': return false;
    default: return calls || DONE.test(raw ?? '');
  }
}

/** Of an answer that the length limit has ended. */
export const cutOff = (name: string): ModelError =>
  new ModelError('length', `${name} was cut off by its length limit. Raise \`maxOutputTokens\`, or ask for less at once.`);

/** Throws where the model was stopped by something else than its own end. */
export function checkEnd(name: string, end: StepOutcome, said: string): void {
  if (hasAnswered(end)) return;
  const { reason, raw } = end;
  switch (reason) {
    case 'length': throw cutOff(name);
    case 'content-filter':
      throw new ModelError('content_filter', `${name} was stopped by the provider's content filter. Put the goal in other words.`);
    default:
      if (raw === undefined && said === '') throw noAnswerAtAll(name);
      throw raw === undefined
        ? new ModelError('interrupted', `The answer of ${name} broke off in the middle. Try again; what came of it is in the log.`)
        : new ModelError('provider_error', `${name} stopped for a reason that is not known here: ${raw}. Try again, or another model.`);
  }
}
