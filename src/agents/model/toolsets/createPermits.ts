import { firstValueFrom } from 'rxjs';
import type { AgentContext } from '../../../core/agent.js';
import { cutText } from '../../../core/cutText.js';
import { untilAborted } from '../../../core/operators/untilAborted.js';
import type { QuestionOption } from '../../../core/question.js';
import type { Json } from '../../../core/json.js';
import { plainJson } from '../../../tools/answers/text/plainJson.js';

/** Characters of a tool's input in the question, and at which it is no more shown as data. */
const MAX_WORDS = 500;
const MAX_DATA = 30_000;

/** Whether a call has to be allowed first, as a tool of the SDK says it by `needsApproval`. */
export type NeedsApproval = boolean | ((input: unknown, options: object) => boolean | PromiseLike<boolean>);

/** Asks for a call: resolves when it may be made, and rejects with what the model is told where not. Nothing where nobody is asked. */
export type Permit = (tool: string, needs: NeedsApproval | undefined, input: unknown, options: object) => Promise<void> | undefined;

/**
 * Asks for leave to call a tool whose `needsApproval` says so, each call by itself; what is always allowed holds for the run. Where there
 * is nobody who could answer, it is refused.
 *
 * @param signal - the run's; aborting it withdraws what is open
 */
export function createPermits({ ask }: Pick<AgentContext, 'ask'>, signal: AbortSignal): Permit {
  const always = new Set<string>();
  return (tool, needs, input, options) => {
    if (needs === undefined || needs === false || always.has(tool)) return undefined;
    return permit(tool, needs, input, options);
  };

  async function permit(tool: string, needs: NeedsApproval, input: unknown, options: object): Promise<void> {
    if (typeof needs === 'function' && !await needs(input, options)) return;
    const data = plainJson(input) as Json | undefined ?? null;
    const words = JSON.stringify(data);
    const answer = await firstValueFrom(ask({
      kind: 'permission',
      text: `May \`${tool}\` be called with ${cutText(words, MAX_WORDS).text}?`,
      options: optionsFor(tool),
      detail: { tool, input: words.length > MAX_DATA ? cutText(words, MAX_DATA).text : data },
      default: 'reject_once',
    }).pipe(untilAborted(signal)));
    if (answer === 'allow_always') always.add(tool);
    else if (answer !== 'allow_once') throw new Error(refusalOf(tool));
  }
}

const optionsFor = (tool: string): readonly QuestionOption[] => [
  { id: 'allow_once', kind: 'allow_once', label: 'Allow' },
  { id: 'allow_always', kind: 'allow_always', label: `Allow every call of ${tool} in this task` },
  { id: 'reject_once', kind: 'reject_once', label: 'Refuse' },
];

const refusalOf = (tool: string): string => `The call of \`${tool}\` was refused, and has not been made. `
  + 'Do not try the same again: go on without it, or say in your answer what you needed it for.';
