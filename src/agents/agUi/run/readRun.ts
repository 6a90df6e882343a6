import type { AGUIEvent, BaseEvent, Interrupt, RunFinishedEvent, TokenUsage } from '@ag-ui/client';
import { catchError, concat, concatMap, defer, throwError, type ObservableInput, type OperatorFunction } from 'rxjs';
import { AgentError } from '../../../core/errors.js';
import { result, step, text, usage, type AgentOutput } from '../../../core/output.js';
import { createSpeech } from './createSpeech.js';
import { createToolCalls } from './createToolCalls.js';
import { cutText } from '../../../core/cutText.js';
import { endSentence } from './endSentence.js';

/**
 * The events of one AG-UI run as what an agent puts out.
 *
 * Whatever has no counterpart, reasoning, state, activities or custom events, is an empty chunk of text: no line comes of it, and yet
 * an idle watch sees that the agent lives. A run that failed, was cancelled on its side, or ended without saying how, is an error.
 *
 * @param ask - given what a run stopped to ask for; without it that is an error too
 */
export const readRun = (ask?: (interrupts: readonly Interrupt[]) => void): OperatorFunction<BaseEvent, AgentOutput<unknown>> =>
  (source) => defer(() => {
    const speech = createSpeech();
    const calls = createToolCalls();
    let events = 0;
    let finished: RunFinishedEvent | undefined;
    /** Of an agent that streams no text, and tells its messages as a whole. */
    let untold: string | undefined;

    function read(event: AGUIEvent): ObservableInput<AgentOutput<unknown>> {
      switch (event.type as `${AGUIEvent['type']}`) {
        case 'TEXT_MESSAGE_START': {
          const { messageId, role = 'assistant', subagentRunId } = event as EventOf<'TEXT_MESSAGE_START'>;
          // What others said is no output of the agent.
          if (role === 'assistant') speech.start(messageId, subagentRunId !== undefined);
          return [];
        }
        case 'TEXT_MESSAGE_CONTENT': {
          const { messageId, delta } = event as EventOf<'TEXT_MESSAGE_CONTENT'>;
          return speech.add(messageId, delta);
        }
        case 'TEXT_MESSAGE_END': return speech.end((event as EventOf<'TEXT_MESSAGE_END'>).messageId);
        case 'TOOL_CALL_START': {
          const { toolCallId, toolCallName } = event as EventOf<'TOOL_CALL_START'>;
          calls.start(toolCallId, toolCallName);
          return ALIVE;
        }
        case 'TOOL_CALL_ARGS': {
          const { toolCallId, delta } = event as EventOf<'TOOL_CALL_ARGS'>;
          calls.args(toolCallId, delta);
          return ALIVE;
        }
        case 'TOOL_CALL_END': return calls.made((event as EventOf<'TOOL_CALL_END'>).toolCallId);
        case 'TOOL_CALL_RESULT': {
          const { toolCallId, content } = event as EventOf<'TOOL_CALL_RESULT'>;
          return calls.result(toolCallId, content);
        }
        case 'STEP_FINISHED': return [step()];
        case 'RUN_FINISHED':
          finished = event as EventOf<'RUN_FINISHED'>;
          return used(finished.usage);
        case 'RUN_ERROR': {
          const { message, code, usage: spent } = event as EventOf<'RUN_ERROR'>;
          const words = message.trim() === '' ? 'The AG-UI agent failed and did not say why.' : message;
          const known = code === undefined || code === 'agent_error' || words.includes(code);
          const error = new AgentError(known ? words : `${words} (${code})`);
          return concat(used(spent), throwError(() => error));
        }
        case 'MESSAGES_SNAPSHOT': {
          const last = (event as EventOf<'MESSAGES_SNAPSHOT'>).messages.at(-1);
          // One that ends with the user's message tells what was said before.
          if (last?.role === 'assistant' && typeof last.content === 'string' && last.content.trim() !== '') untold = last.content;
          return ALIVE;
        }
        case 'RUN_STARTED': return [];
        default: return ALIVE;
      }
    }

    /** What was begun and not ended is not lost, however the run ends. */
    const close = (): AgentOutput<never>[] => [...speech.endAll(), ...calls.endAll()];

    function ending(): readonly AgentOutput<unknown>[] {
      if (finished === undefined) {
        throw new AgentError(events === 0
          ? 'The AG-UI agent answered without a single event. Check that its url is that of an AG-UI endpoint.'
          : 'The AG-UI agent ended its stream without RUN_FINISHED or RUN_ERROR, so its answer may be cut.');
      }
      const { outcome } = finished;
      if (outcome?.type === 'cancelled') throw new AgentError('The run of the AG-UI agent was cancelled on its side.');
      if (outcome?.type === 'interrupt') {
        const questions = outcome.interrupts.map(question);
        if (ask === undefined) {
          const asked = endSentence(`The AG-UI agent stopped to ask: ${questions.join('; ')}`);
          throw new AgentError(`${asked} To answer it, set \`onInterrupt\` to "ask".`);
        }
        ask(outcome.interrupts);
        return [];
      }
      const value = (finished.result ?? speech.answer ?? untold) as unknown;
      const pending = outcome?.pendingToolCallIds ?? [];
      if (value === undefined && pending.length > 0) {
        throw new AgentError(
          `The AG-UI agent stopped for the application to run its tools: ${calls.namesOf(pending).join(', ')}. A child has no such tools.`,
        );
      }
      return value === undefined ? [] : [result(value)];
    }

    return concat(
      source.pipe(
        concatMap((event) => {
          events += 1;
          return read(event as AGUIEvent);
        }),
        catchError((thrown: unknown) => concat(close(), throwError(() => thrown))),
      ),
      defer(close),
      defer(ending),
    );
  });

type EventOf<T extends `${AGUIEvent['type']}`> = Extract<AGUIEvent, { type: `${T}` }>;

const ALIVE = [text('')];

/** What all models together used. */
function used(entries: readonly TokenUsage[] = []): readonly AgentOutput<never>[] {
  const sum = (count: 'inputTokens' | 'outputTokens'): number =>
    entries.reduce((total, entry) => total + Math.max(0, entry[count] ?? 0), 0);
  return entries.length === 0 ? [] : [usage({ inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens') })];
}

const question = ({ message, reason, responseSchema }: Interrupt): string =>
  `${message ?? reason}${responseSchema === undefined ? '' : ` (answer as JSON: ${cutText(JSON.stringify(responseSchema), 500).text})`}`;
