import { step, text, tool, type AgentOutput } from '../../../core/output.js';
import type { ModelMessage, StepRecord, StepRequest } from '../aiSdk.js';
import { checkEnd, cutOff, hasAnswered } from '../failure/checkEnd.js';
import { detailOf } from './detailOf.js';
import { ModelError } from '../failure/modelError.js';
import { nameOfModel } from './nameOfModel.js';
import { partsOfStep } from './partsOfStep.js';
import type { ModelSettings } from '../readModelOptions.js';
import { usageOf } from './usageOf.js';

/** What came of a step. */
export interface StepEnd {
  readonly text: string;
  /** Whether the model called tools, and goes on with what came of them. */
  readonly calls: boolean;
  /** What the conversation has more by it. */
  readonly messages: readonly ModelMessage[];
  /** The SDK's own record of it. */
  readonly record: StepRecord | undefined;
  /** Where it was cut off by its length limit: the failure that this is. */
  readonly cut?: ModelError | undefined;
}

/** How the steps of a run are watched. */
export type StepWatch = Pick<ModelSettings, 'cost' | 'startTimeout'>;

/** Runs one step and puts out what happens in it: text as it comes, tool calls, usage, and that it is over. The text may be blank. */
export async function runStep(
  request: StepRequest, { cost, startTimeout }: StepWatch, put: (output: AgentOutput<never>) => void,
): Promise<StepEnd> {
  const name = nameOfModel(request.model);
  const unanswered = new Map<string, string>();
  let said = '';
  let calls = false;
  let end: { readonly reason: string | undefined; readonly raw: string | undefined } = { reason: undefined, raw: undefined };
  let messages: readonly ModelMessage[] = [];
  let record: StepRecord | undefined;
  const say = (chunk: string): void => {
    said += chunk;
    put(text(chunk));
  };
  // What stands between two pieces of text parts them in the log, too.
  const breakLine = (): void => { if (said !== '' && !said.endsWith('\n')) say('\n'); };

  for await (const part of partsOfStep(request, startTimeout)) {
    switch (part.type) {
      case 'begun': break;
      case 'alive':
        // No line comes of it, and yet an idle watch sees that the model lives.
        put(text(''));
        break;
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
        put(tool(part.name, 'started', detailOf(part.value), part.id));
        break;
      case 'tool-ended':
        unanswered.delete(part.id);
        put(tool(part.name, 'ended', detailOf(part.value), part.id));
        break;
      case 'finished': {
        end = part;
        // Of a model that is but a name it was not heard before.
        if (hasAnswered({ ...end, calls })) request.answered();
        const used = usageOf(part.usage, name, cost);
        if (used !== undefined) put(used);
        break;
      }
      case 'messages':
        ({ messages, record } = part);
    }
  }
  put(step());
  const [waiting] = unanswered.values();
  // What was called and not answered has no place in a conversation; the words have.
  if (waiting !== undefined) messages = said.trim() === '' ? [] : [{ role: 'assistant', content: said }];
  if (end.reason === 'length') return { text: said, calls: false, messages, record, cut: cutOff(name) };
  checkEnd(name, { ...end, calls }, said);
  if (waiting !== undefined) {
    throw new ModelError(
      'unanswered_tool', `${name} called \`${waiting}\`, which nothing here runs. Give the tool an \`execute\`, or leave it out.`,
    );
  }
  return { text: said, calls, messages, record };
}
