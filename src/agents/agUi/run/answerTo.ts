import type { Interrupt, ResumeEntry } from '@ag-ui/client';

/** A steering message as the answer to what a run stopped to ask for: as JSON where an answer of another type than text is asked for. */
export const answerTo = ({ id, responseSchema }: Interrupt, message: string): ResumeEntry => ({
  interruptId: id,
  status: 'resolved',
  payload: responseSchema === undefined || responseSchema['type'] === 'string' ? message : json(message),
});

function json(message: string): unknown {
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return message;
  }
}
