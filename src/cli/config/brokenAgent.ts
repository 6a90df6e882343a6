import { throwError } from 'rxjs';
import { cutText } from '../../core/cutText.js';
import { InvalidArgumentError, NotStartedError } from '../../core/errors.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';

/** Characters of the reason in a description, which stands in every prompt; whoever asks for the agent hears all of it. */
const SHOWN = 200;

/** An agent that cannot be started: it stands where it stood, so that whoever asks for it hears why. */
export function brokenAgent(sentence: string, description = 'An agent of the config.'): AgentDefinition {
  return {
    agent: () => throwError(() => new NotStartedError(sentence)),
    description: `${description} It cannot be started: ${cutText(sentence, SHOWN).text}`,
    steerable: false,
    grant: () => { throw new InvalidArgumentError(sentence); },
  };
}
