import type { PromptResponse, StopReason } from '@agentclientprotocol/sdk';
import { AcpError } from '../acpError.js';
import type { Refused } from '../permission/questions.js';
import { troubleIn } from './troubleIn.js';

const FAILURES: Readonly<Record<Exclude<StopReason, 'end_turn'>, string>> = {
  refusal: 'refused to go on. Reword the goal, or ask another agent.',
  max_tokens: 'was stopped at its model\'s limit of tokens. Ask for less at once, or let it go on by a follow-up with `session`.',
  max_turn_requests: 'was stopped at its limit of model requests in one turn. Let it go on by a follow-up with `session`.',
  cancelled: 'cancelled the turn by itself; nothing here had asked for that. Try again, or look into its own log.',
};

/** What else is known of a turn, beside its stop reason. */
export interface Circumstances {
  /** What was refused in it. */
  readonly refused: Refused | undefined;
  /** How much the agent has said by its end. */
  readonly spoken: number;
  /** What the agent said of an error while the turn went on; see `troubleIn`. */
  readonly trouble: string | undefined;
  /** What it said last. */
  readonly lastWords: string;
}

/** Why the end of a turn is none that was hoped for, or nothing where it is. */
export function verdictOf(file: string, response: PromptResponse, how: Circumstances): AcpError | undefined {
  const { stopReason, _meta } = Object(response) as Partial<PromptResponse>;
  const because = (why: string): AcpError => new AcpError(`\`${file}\` ${why} (stop reason: ${String(stopReason)})`, { stopReason });
  const trouble = troubleIn(_meta) ?? how.trouble;
  if (trouble !== undefined) {
    const words = trouble === '' ? how.lastWords.trim() : trouble;
    return because(`ended its turn because of an error: ${words === '' ? 'it gave no reason; look into its own log.' : words}`);
  }
  // Some agents know no other way to refuse a tool than to end the turn, and some then call it done.
  const { refused } = how;
  if (refused !== undefined && (stopReason === 'cancelled' || (stopReason === 'end_turn' && how.spoken === refused.spoken))) {
    return because(`was refused permission for ${refused.what}, and gave up. Give it by \`allow\` or \`permissions\`, or reword the goal.`);
  }
  if (stopReason === 'end_turn') return undefined;
  return because(Object.hasOwn(FAILURES, stopReason ?? '')
    ? FAILURES[stopReason as Exclude<StopReason, 'end_turn'>]
    : 'ended its turn in a way that is not known here.');
}
