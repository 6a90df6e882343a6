import { step, text, tool, type AgentOutput } from '../../core/output.js';
import { streamStep, type ModelMessage, type StepRequest } from './aiSdk.js';
import { checkEnd } from './checkEnd.js';
import { detailOf } from './detailOf.js';
import { failureOfStep } from './failureOfStep.js';
import { ModelError } from './modelError.js';
import type { ModelOptions } from './modelOptions.js';
import { nameOfModel } from './nameOfModel.js';
import { usageOf } from './usageOf.js';

/** What came of a step. */
export interface StepEnd {
  readonly text: string;
  /** Whether the model called tools, and goes on with what came of them. */
  readonly calls: boolean;
  /** What the conversation has more by it. */
  readonly messages: readonly ModelMessage[];
}

/** Runs one step and puts out what happens in it: text as it comes, tool calls, usage, and that it is over. */
export async function runStep(
  request: StepRequest, cost: ModelOptions['cost'], put: (output: AgentOutput<never>) => void,
): Promise<StepEnd> {
  const name = nameOfModel(request.model);
  const unanswered = new Map<string, string>();
  let said = '';
  let calls = false;
  let end: { readonly reason?: string; readonly raw?: string | undefined } = {};
  let messages: readonly ModelMessage[] = [];
  const say = (chunk: string): void => {
    said += chunk;
    put(text(chunk));
  };
  // What stands between two pieces of text parts them in the log, too.
  const breakLine = (): void => { if (said !== '' && !said.endsWith('\n')) say('\n'); };

  for await (const part of classified(request, name)) {
    switch (part.type) {
      case 'begun': break;
      case 'text-start':
        breakLine();
        break;
      case 'text':
        if (part.text !== '') say(part.text);
        break;
      case 'tool-started':
        breakLine();
        if (!part.foreign) {
          calls = true;
          unanswered.set(part.id, part.name);
        }
        put(tool(part.name, 'started', detailOf(part.value)));
        break;
      case 'tool-ended':
        unanswered.delete(part.id);
        put(tool(part.name, 'ended', detailOf(part.value)));
        break;
      case 'finished': {
        end = part;
        const used = usageOf(part.usage, name, cost);
        if (used !== undefined) put(used);
        break;
      }
      case 'messages':
        messages = part.messages;
    }
  }
  put(step());
  checkEnd(name, { reason: end.reason, raw: end.raw, said, calls });
  const [waiting] = unanswered.values();
  if (waiting !== undefined) {
    throw new ModelError('unanswered_tool', `${name} called \`${waiting}\`, which waits for an approval that nobody here gives.`);
  }
  return { text: said, calls, messages };
}

/** The parts of a step; what is thrown says what happened. */
async function* classified(request: StepRequest, name: string): ReturnType<typeof streamStep> {
  let begun = false;
  try {
    for await (const part of streamStep(request)) {
      begun = true;
      yield part;
    }
  } catch (thrown) {
    throw request.signal.aborted ? thrown : failureOfStep(thrown, name, begun);
  }
}
