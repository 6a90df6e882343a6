import { SidestreamError } from '../../../core/errors.js';
import { headOf } from '../../../core/cutText.js';
import { withoutSecrets } from '../../../core/withoutSecrets.js';
import { ModelError, type ModelErrorFacts, type ModelFailure } from './modelError.js';
import { noAnswerAtAll } from './noAnswerAtAll.js';
import { retryAfterOf } from './retryAfterOf.js';
import { seconds } from './seconds.js';

/** What can be read of an error of the SDK, of a provider or of the network, whichever copy of its class it is made by. */
interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * How far a step had come: the provider was not heard of, it had begun to answer, or some of its answer was there.
 */
export type Progress = 'none' | 'begun' | 'answering';

/**
 * What was thrown by a step as a failure that says what happened and what to do.
 *
 * @param known - secrets that it was called with, which the network's errors repeat
 */
export function failureOfStep(thrown: unknown, model: string, progress: Progress, known: readonly unknown[] = []): unknown {
  if (thrown instanceof SidestreamError) return thrown;
  const error = Object(thrown) as Thrown;
  const who = `The provider of ${model}`;
  const statusCode = [error.statusCode, error.code].find((code): code is number => typeof code === 'number' && code >= 400);
  const said = quote(error, known);
  const fail = (reason: ModelFailure, message: string, facts: ModelErrorFacts = {}): ModelError =>
    new ModelError(reason, message, { cause: thrown, statusCode, ...facts });

  if (statusCode === 401 || statusCode === 403) {
    return fail('unauthorized', `${who} refused the key (${statusCode})${said}. Check the API key, and that it may use this model.`);
  }
  if (statusCode === 429) {
    const retryAfter = retryAfterOf(error.responseHeaders);
    const when = retryAfter === undefined ? 'later' : `in ${seconds(retryAfter)}`;
    return fail('rate_limited', `${who} asks for a pause (429)${said}. Try again ${when}, or run fewer at once.`, { retryAfter });
  }
  if (statusCode !== undefined && (statusCode >= 500 || statusCode === 408 || statusCode === 409)) {
    const retryAfter = retryAfterOf(error.responseHeaders);
    return fail('provider_error', `${who} failed (${statusCode})${said}. Try again later.`, { retryAfter });
  }
  if (statusCode !== undefined) {
    return fail('bad_request', `${who} refused the request (${statusCode})${said}. Check the model's name and settings.`);
  }
  const all = causesOf(error);
  switch (error.name) {
    case 'AI_LoadAPIKeyError': return fail('unauthorized', `There is no key for ${model}${said}.`);
    case 'AI_JSONParseError':
    case 'AI_TypeValidationError':
      return fail('bad_response', `${who} sent what could not be read${said}. Check that it speaks the protocol of this model.`);
    default:
  }
  if (all.some(isBadUrl)) return fail('bad_request', `The request to ${model} could not be made${said}. Check the base URL.`);
  // It ended without an end.
  const ended = all.some(({ name }) => name === 'AI_InvalidResponseDataError' || name === 'AI_EmptyResponseBodyError');
  if (ended && progress !== 'answering') return noAnswerAtAll(model, said, { cause: thrown });
  // Cut off by the network, which has the provider's error or the network's own by the version of the SDK.
  if (ended || all.some(isOfNetwork)) {
    switch (progress) {
      case 'none': return fail('unreachable', `${who} could not be reached${said}. Check the network and the base URL.`);
      case 'begun': return fail('interrupted', `The answer of ${model} broke off before its first word${said}. Try again.`);
      case 'answering':
        return fail('interrupted', `The answer of ${model} broke off in the middle${said}. Try again; what came of it is in the log.`);
    }
  }
  return progress === 'none'
    ? fail('bad_request', `The request to ${model} could not be made${said}. Check the model and its settings.`)
    : fail('provider_error', `The call of ${model} failed${said}. Try again, or with another model.`);
}

/** What was thrown, and what caused it. */
function causesOf(error: Thrown, depth = 5): readonly Thrown[] {
  const { cause } = error;
  return typeof cause === 'object' && cause !== null && depth > 0 ? [error, ...causesOf(cause, depth - 1)] : [error];
}

const isBadUrl = ({ code, message }: Thrown): boolean =>
  code === 'ERR_INVALID_URL' || /\b(invalid url|failed to parse url)\b/i.test(String(message));

/** By the SDK's class, by what fetch says, or by a code of the operating system or of undici. A plain TypeError is a mistake in code. */
const isOfNetwork = ({ name, message, code }: Thrown): boolean =>
  name === 'AI_APICallError' || name === 'TimeoutError' || /^(fetch failed|failed to fetch|terminated)$/i.test(String(message))
  || /^(E(AI_)?[A-Z]+\d*|UND_ERR_[A-Z_]+)$/.test(String(code));

/** What was said of it, as the end of a clause; nothing where nothing was. */
function quote({ message, cause }: Thrown, known: readonly unknown[]): string {
  const deepest = (Object(cause) as Thrown).message;
  // Cut before anything is looked for in it: a provider may send whatever it likes, and dots without end.
  const [outer, inner] = [message, deepest].map((each) => typeof each === 'string' ? headOf(each, 2_000) : undefined);
  const words = [outer, inner !== undefined && outer?.includes(inner) === true ? undefined : inner].filter((each) => each !== undefined);
  const said = headOf(withoutSecrets(words.join(': '), known).replace(/\s+/g, ' ').trim(), 300).replace(/\.+$/, '');
  return said === '' ? '' : `: ${said}`;
}
