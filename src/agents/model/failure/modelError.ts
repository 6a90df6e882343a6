import { SidestreamError, type FailureCode, type FailureOptions } from '../../../core/errors.js';

/**
 * Why a model did not come to an answer.
 *
 * - `unreachable`: no connection to the provider
 * - `no_answer`: nothing came of an answer within `startTimeout`
 * - `unauthorized`: it refused the key, or none was given
 * - `rate_limited`: it asks for a pause (429)
 * - `bad_request`: it refused the request itself, such as an unknown model; or the request could not even be made
 * - `provider_error`: it failed by itself (500 and the like), before or during the answer
 * - `interrupted`: the answer broke off, or the connection was lost between two steps
 * - `bad_response`: what it sent could not be read, or was no answer at all, as from a wrong base URL
 * - `empty`: it answered with neither text nor tool calls
 * - `length`, `content_filter`: it was stopped by its length limit, or by a filter
 * - `unanswered_tool`: it called a tool that nothing here runs
 * - `max_steps`: it was still calling tools when its steps were used up
 */
export type ModelFailure =
  | 'unreachable' | 'no_answer' | 'unauthorized' | 'rate_limited' | 'bad_request' | 'provider_error' | 'interrupted' | 'bad_response'
  | 'empty' | 'length' | 'content_filter' | 'unanswered_tool' | 'max_steps';

/** What is known of a failure beside its sentence. */
export interface ModelErrorFacts extends FailureOptions {
  /** The HTTP status, where the provider gave one. */
  readonly statusCode?: number | undefined;
  /** Milliseconds that the provider asks to wait. */
  readonly retryAfter?: number | undefined;
}

const CODES: Readonly<Partial<Record<ModelFailure, FailureCode>>> = {
  unreachable: 'not_started', no_answer: 'not_started', empty: 'no_result',
};

/**
 * A model run that failed: what happened and what to do in one sentence, told apart by `reason`. What it had written stays in the log; of
 * `max_steps` and `length` there is also what it had come to, as `partial`.
 */
export class ModelError extends SidestreamError {
  override readonly name = 'ModelError';
  readonly code: FailureCode;
  readonly statusCode: number | undefined;
  readonly retryAfter: number | undefined;

  constructor(readonly reason: ModelFailure, message: string, { statusCode, retryAfter, ...options }: ModelErrorFacts = {}) {
    super(message, options);
    this.code = CODES[reason] ?? 'agent_error';
    this.statusCode = statusCode;
    this.retryAfter = retryAfter;
  }
}
