import type { PromptResponse, StopReason } from '@agentclientprotocol/sdk';
import { AcpError } from './acpError.js';

const FAILURES: Readonly<Record<Exclude<StopReason, 'end_turn'>, string>> = {
  refusal: 'refused to go on. Reword the goal, or ask another agent.',
  max_tokens: 'was stopped at its model\'s limit of tokens. Ask for less at once, or let it go on by a follow-up with `session`.',
  max_turn_requests: 'was stopped at its limit of model requests in one turn. Let it go on by a follow-up with `session`.',
  cancelled: 'cancelled the turn by itself; nothing here had asked for that. Try again, or look into its own log.',
};

/** Why the end of a turn is none that was hoped for, or nothing where it is. */
export function verdictOf(file: string, response: PromptResponse): AcpError | undefined {
  const { stopReason } = Object(response) as Partial<PromptResponse>;
  if (stopReason === 'end_turn') return undefined;
  const why = Object.hasOwn(FAILURES, stopReason ?? '')
    ? FAILURES[stopReason as Exclude<StopReason, 'end_turn'>]
    : 'ended its turn in a way that is not known here.';
  return new AcpError(`\`${file}\` ${why} (stop reason: ${String(stopReason)})`, { stopReason });
}
