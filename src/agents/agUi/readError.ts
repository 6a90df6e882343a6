import { AgentError } from '../../core/errors.js';
import { cut } from './cut.js';
import { describeError } from './describeError.js';

/** What went wrong with a run, in a sentence. What the agent itself threw is passed on as it is. */
export function readError(thrown: unknown): unknown {
  const { name, status, payload, issues } = Object(thrown) as Readonly<Record<string, unknown>>;
  if (typeof status === 'number') {
    const words = typeof payload === 'string' ? payload.trim() : JSON.stringify(payload);
    return new AgentError(`The AG-UI agent answered HTTP ${status}${words ? `: ${cut(words)}` : ''}.${hint(status)}`, { cause: thrown });
  }
  if (name === 'SyntaxError' || Array.isArray(issues)) {
    return new AgentError(`The AG-UI agent sent what is no AG-UI event: ${cut(describeError(thrown))}.`, { cause: thrown });
  }
  return thrown;
}

function hint(status: number): string {
  if (status === 401 || status === 403) return ' Check the headers that it is given.';
  return status === 404 || status === 405 ? ' Check its url.' : '';
}
