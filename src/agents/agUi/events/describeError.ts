import { withoutSecrets } from '../../../core/withoutSecrets.js';

/** What was thrown, and what caused it: Node's fetch says only "fetch failed", and keeps the reason in its cause. */
export function describeError(thrown: unknown, depth = 3): string {
  const { message, cause, code } = Object(thrown) as { message?: unknown; cause?: unknown; code?: unknown };
  const words = withoutSecrets(typeof message === 'string' && message !== '' ? message : String(code ?? thrown));
  return cause === undefined || cause === null || depth === 0 ? words : `${words} (${describeError(cause, depth - 1)})`;
}
