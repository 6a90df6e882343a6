import type { BaseEvent, RunAgentInput } from '@ag-ui/client';

/** An event by its plain name: what a server would send. */
export const event = (type: string, fields: object = {}): BaseEvent => ({ type, ...fields }) as object as BaseEvent;

/** A message, with each chunk as an event of its own. */
export const message = (messageId: string, ...chunks: string[]): BaseEvent[] => [
  event('TEXT_MESSAGE_START', { messageId, role: 'assistant' }),
  ...chunks.map((delta) => event('TEXT_MESSAGE_CONTENT', { messageId, delta })),
  event('TEXT_MESSAGE_END', { messageId }),
];

export const started = ({ threadId, runId }: RunAgentInput): BaseEvent => event('RUN_STARTED', { threadId, runId });

export const finished = ({ threadId, runId }: RunAgentInput, fields: object = {}): BaseEvent =>
  event('RUN_FINISHED', { threadId, runId, ...fields });

/** A run that does this and nothing else. */
export const wholeRun = (input: RunAgentInput, events: readonly BaseEvent[], end: object = {}): BaseEvent[] =>
  [started(input), ...events, finished(input, end)];
