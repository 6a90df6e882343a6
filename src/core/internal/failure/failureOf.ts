import { SidestreamError, type FailureCode } from '../../errors.js';
import type { Failure } from '../../events.js';
import { describeThrown } from './describeThrown.js';
import { FAILURES } from './errorOf.js';

/** A failure as data. A kind of child that knows its cause throws this library's error for it and keeps its code. */
export function failureOf(thrown: unknown, redact?: (text: string) => string): Failure {
  return { code: codeOf(thrown), ...describeThrown(thrown, redact) };
}

/** What a failure has of a result, where whoever throws it says so. */
export function partialIn(thrown: unknown, redact = <T>(value: T): T => value): { readonly partial?: unknown } {
  try {
    return thrown instanceof SidestreamError && thrown.partial !== undefined ? { partial: redact(thrown.partial) } : {};
  } catch {
    return {};
  }
}

function codeOf(thrown: unknown): FailureCode {
  try {
    if (thrown instanceof SidestreamError && Object.hasOwn(FAILURES, thrown.code)) return thrown.code as FailureCode;
  } catch {
    // A revoked proxy cannot even be asked what it is.
  }
  return 'agent_error';
}
