import { SidestreamError } from '../../core/errors.js';
import { headOf } from '../../tools/headOf.js';
import { ModelError, type ModelErrorFacts, type ModelFailure } from './modelError.js';
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
 * What was thrown by a step as a failure that says what happened and what to do.
 *
 * @param begun - whether the provider had begun to answer
 */
export function failureOfStep(thrown: unknown, model: string, begun: boolean): unknown {
  if (thrown instanceof SidestreamError) return thrown;
  const error = Object(thrown) as Thrown;
  const who = `The provider of ${model}`;
  const statusCode = [error.statusCode, error.code].find((code): code is number => typeof code === 'number' && code >= 400);
  const said = quote(error);
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
  // The network's own error is a TypeError too; one without a cause is a plain mistake in somebody's code.
  switch (error.name === 'TypeError' && error.cause === undefined ? 'Error' : error.name) {
    case 'AI_LoadAPIKeyError': return fail('unauthorized', `There is no key for ${model}${said}.`);
    case 'AI_JSONParseError':
    case 'AI_TypeValidationError':
      return fail('bad_response', `${who} sent what could not be read${said}. Check that it speaks the protocol of this model.`);
    // Cut off by the network, which has the provider's error or the network's own by the version of the SDK; or ended without an end.
    case 'AI_APICallError':
    case 'AI_InvalidResponseDataError':
    case 'AI_EmptyResponseBodyError':
    case 'TypeError': return begun
      ? fail('interrupted', `The answer of ${model} broke off in the middle${said}. Try again; what came of it is in the log.`)
      : fail('unreachable', `${who} could not be reached${said}. Check the network and the base URL.`);
    default: return fail('provider_error', `The call of ${model} failed${said}. Try again, or with another model.`);
  }
}

/** What was said of it, as the end of a clause; nothing where nothing was. */
function quote({ message, cause }: Thrown): string {
  const deepest = (Object(cause) as Thrown).message;
  const words = [message, String(message).includes(String(deepest)) ? undefined : deepest].filter((each) => typeof each === 'string');
  const said = headOf(words.join(': ').replace(/\s+/g, ' ').trim().replace(/\.+$/, ''), 300);
  return said === '' ? '' : `: ${said}`;
}
