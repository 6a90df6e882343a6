import { AGUIError } from '@ag-ui/client';
import { AgentError } from '../../../core/errors.js';
import { cutText } from '../../../core/cutText.js';
import { withoutSecrets } from '../../../core/withoutSecrets.js';
import { describeError } from '../events/describeError.js';
import { endSentence } from './endSentence.js';

/** What went wrong with a run, in a sentence. What the agent itself threw is passed on as it is. */
export function readError(thrown: unknown): unknown {
  const { name, status, payload, issues } = Object(thrown) as Readonly<Record<string, unknown>>;
  if (typeof status === 'number') {
    const words = oneLine(typeof payload === 'string' ? payload : JSON.stringify(payload) ?? '');
    return new AgentError(endSentence(`The AG-UI agent answered HTTP ${status}${words && `: ${words}`}`) + hint(status), { cause: thrown });
  }
  if (name === 'SyntaxError' || Array.isArray(issues)) {
    return new AgentError(endSentence(`The AG-UI agent sent what is no AG-UI event: ${oneLine(describeError(thrown))}`), { cause: thrown });
  }
  if (thrown instanceof AGUIError && !OURS.test(thrown.message)) {
    return new AgentError(endSentence(`The AG-UI agent broke the protocol: ${oneLine(describeError(thrown))}`), { cause: thrown });
  }
  return thrown;
}

/** What the client says of an answer that comes too late, and no fault of the agent. */
const OURS = /^(Thread has|Interrupt ) /;

/** Schemas tell what is wrong in many lines. */
const oneLine = (words: string): string => cutText(withoutSecrets(words.replace(/\s+/g, ' ').trim()), 500).text;

function hint(status: number): string {
  if (status === 401 || status === 403) return ' Check the headers that it is given.';
  return status === 404 || status === 405 ? ' Check its url.' : '';
}
