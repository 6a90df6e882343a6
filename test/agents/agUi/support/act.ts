import type { BaseEvent, RunAgentInput } from '@ag-ui/client';
import type { Play } from '../../../support/agentConformance.js';
import { event, finished, message, started } from './events.js';

/** What a run does for a play, and how it goes on then. */
export interface Act {
  readonly events: readonly BaseEvent[];
  readonly then?: 'hang' | 'fail';
}

/** The play stands in the forwarded properties, so that one agent can act out all of them. */
export function act(input: RunAgentInput): Act {
  const play = input.forwardedProps as Play;
  const whole = (...events: BaseEvent[]): Act => ({ events: [started(input), ...events, finished(input)] });
  switch (play.act) {
    case 'answer': return whole(...message('1', 'do', 'ne'));
    case 'print': return whole(...message('1', ...play.lines.map((words) => `${words}\n`)), ...message('2', 'done'));
    case 'listen': return listen(input);
    case 'work': return { events: [started(input), event('TEXT_MESSAGE_START', { messageId: '1' }),
      event('TEXT_MESSAGE_CONTENT', { messageId: '1', delta: 'working\n' })], then: 'hang' };
    case 'fail': return { events: [started(input), ...play.lines.flatMap((words, n) => message(String(n), words))], then: 'fail' };
    case 'nothing': case 'paint': return whole();
    case 'ask': {
      const answer = input.resume?.[0]?.payload as string | undefined;
      const interrupts = [{ id: 'ask', reason: 'colour', message: 'Which colour?' }];
      return answer === undefined ? { events: [started(input), finished(input, { outcome: { type: 'interrupt', interrupts } })] }
        : whole(...message('1', answer));
    }
    case 'recall': return whole(...message(input.runId, input.messages.filter(({ role }) => role === 'user').map(({ content }) =>
      content as string).join(', ')));
  }
}

/** Asks for a word, again and again, until it is told the end. */
function listen(input: RunAgentInput): Act {
  const word = input.resume?.[0]?.payload as string | undefined;
  const ask = finished(input, { outcome: { type: 'interrupt', interrupts: [{ id: `ask-${input.runId}`, reason: 'more?' }] } });
  return {
    events: word === 'end'
      ? [started(input), ...message(input.runId, 'done'), finished(input)]
      : [started(input), ...message(input.runId, word === undefined ? 'ready' : `heard ${word}`), ask],
  };
}
