import { SidestreamError, type FailureCode } from '../../core/errors.js';

/**
 * Why a model did not come to an answer.
 *
 * - `unreachable`: no connection to the provider
 * - `unauthorized`: it refused the key, or none was given
 * - `rate_limited`: it asks for a pause (429)
 * - `bad_request`: it refused the request itself, such as an unknown model
 * - `provider_error`: it failed by itself (500 and the like), before or during the answer
 * - `interrupted`: the answer broke off in the middle
 * - `bad_response`: what it sent could not be read
 * - `empty`: it answered with neither text nor tool calls
 * - `length`, `content_filter`: it was stopped by its length limit, or by a filter
 * - `unanswered_tool`: it called a tool that nothing here runs
 * - `max_steps`: it was still calling tools when its steps were used up
 */
export type ModelFailure =
  | 'unreachable' | 'unauthorized' | 'rate_limited' | 'bad_request' | 'provider_error' | 'interrupted' | 'bad_response' | 'empty'
  | 'length' | 'content_filter' | 'unanswered_tool' | 'max_steps';

/** What is known of a failure beside its sentence. */
export interface ModelErrorFacts extends ErrorOptions {
  /** The HTTP status, where the provider gave one. */
  readonly statusCode?: number | undefined;
  /** Milliseconds that the provider asks to wait. */
  readonly retryAfter?: number | undefined;
}

/** A model run that failed: what happened and what to do in one sentence, told apart by `reason`. What it had written stays in the log. */
export class ModelError extends SidestreamError {
  readonly code: FailureCode;
  readonly statusCode: number | undefined;
  readonly retryAfter: number | undefined;

  constructor(readonly reason: ModelFailure, message: string, { statusCode, retryAfter, ...options }: ModelErrorFacts = {}) {
    super(message, options);
    this.code = reason === 'unreachable' ? 'not_started' : reason === 'empty' ? 'no_result' : 'agent_error';
    this.statusCode = statusCode;
    this.retryAfter = retryAfter;
  }
}
