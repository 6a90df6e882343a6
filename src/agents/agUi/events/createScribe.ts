import type { AGUIEvent } from '@ag-ui/client';
import type { TaskEvent } from '../../../core/events.js';
import type { AgentOutput, ToolOutput } from '../../../core/output.js';
import { agUiEvent } from './agUiEvent.js';
import { timeOf } from './timeOf.js';

/** Writes down what one agent does as AG-UI events, but for its beginning and its end. */
export interface Scribe {
  write(event: TaskEvent | AgentOutput<unknown>): readonly AGUIEvent[];
  /** What is in hand of a task's line: it is said before its newline. */
  show(hand: string): readonly AGUIEvent[];
  /** Ends whatever is open. */
  close(): readonly AGUIEvent[];
  /** Ends the message in hand, and answers with what another scribe goes on from: tool calls stay open. */
  suspend(): { readonly events: readonly AGUIEvent[]; readonly state: ScribeState };
}

/** What is open of an agent's work between two AG-UI runs. */
export interface ScribeState {
  readonly calls: ReadonlyMap<string, readonly string[]>;
  readonly shown: string;
}

/**
 * Lines and text become messages, one from each boundary to the next; tool calls are paired by their ids, or by their names where they have
 * none, and one that lacks its beginning or its end is given it; what AG-UI has no event for is a `CUSTOM` one, `sidestream.…`.
 *
 * @param prefix - makes ids unique
 * @param subagentRunId - whose events they are, where it is a subagent
 * @param before - what an earlier scribe has left open
 */
export function createScribe(prefix: string, subagentRunId?: string, before?: ScribeState): Scribe {
  /** What is open: AG-UI's ids by what tells the calls apart. An agent's own ids may come again, in its next run say. */
  const calls = new Map<string, readonly string[]>(before?.calls);
  let ids = 0;
  let message: { readonly id: string; endsLine: boolean } | undefined;
  /** What was said of the line in hand. */
  let shown = before?.shown ?? '';
  const whose = subagentRunId === undefined ? {} : { subagentRunId };
  let by: { subagentRunId?: string; timestamp?: number } = whose;

  const newId = (kind: string): string => `${prefix}:${kind}${++ids}`;

  function say(words: string): AGUIEvent[] {
    const events: AGUIEvent[] = [];
    if (message === undefined) {
      message = { id: newId('message-'), endsLine: true };
      events.push(agUiEvent({ ...by, type: 'TEXT_MESSAGE_START', messageId: message.id, role: 'assistant' }));
    }
    message.endsLine = words.endsWith('\n');
    events.push(agUiEvent({ ...by, type: 'TEXT_MESSAGE_CONTENT', messageId: message.id, delta: words }));
    return events;
  }

  /** A line of its own, also behind text that has not come to the end of its line; of what was said in part, the rest. */
  function sayLine(words: string): AGUIEvent[] {
    const said = shown;
    // Its row was wrapped before what was said already.
    const wrapped = words.endsWith(' ') && said.startsWith(words);
    shown = wrapped ? said.slice(words.length) : '';
    if (wrapped) return [];
    if (said !== '' && words.startsWith(said)) return say(`${words.slice(said.length)}\n`);
    return say(`${message?.endsLine === false ? '\n' : ''}${words}\n`);
  }

  function hush(): AGUIEvent[] {
    if (message === undefined) return [];
    const { id } = message;
    message = undefined;
    return [agUiEvent({ ...by, type: 'TEXT_MESSAGE_END', messageId: id })];
  }

  function call(name: string, detail: string | undefined): { readonly id: string; readonly events: AGUIEvent[] } {
    const id = newId('call-');
    return {
      id,
      events: [
        agUiEvent({ ...by, type: 'TOOL_CALL_START', toolCallId: id, toolCallName: name }),
        agUiEvent({ ...by, type: 'TOOL_CALL_ARGS', toolCallId: id, delta: argumentsOf(detail) }),
        agUiEvent({ ...by, type: 'TOOL_CALL_END', toolCallId: id }),
      ],
    };
  }

  const answer = (id: string, content: string): AGUIEvent =>
    agUiEvent({ ...by, type: 'TOOL_CALL_RESULT', messageId: newId('result-'), toolCallId: id, content });

  function start({ name, detail, callId }: ToolOutput): AGUIEvent[] {
    const { id, events } = call(name, detail);
    const key = keyOf(name, callId);
    calls.set(key, [...calls.get(key) ?? [], id]);
    return events;
  }

  function end({ name, detail = '', callId }: ToolOutput): AGUIEvent[] {
    // One whose beginning had no id is found by its name.
    const key = [keyOf(name, callId), keyOf(name)].find((each) => calls.has(each)) ?? '';
    const [id, ...others] = calls.get(key) ?? [];
    if (id === undefined) {
      const made = call(name, undefined);
      return [...made.events, answer(made.id, detail)];
    }
    if (others.length > 0) calls.set(key, others);
    else calls.delete(key);
    return [answer(id, detail)];
  }

  function step(): AGUIEvent[] {
    const stepName = `step ${++ids}`;
    return [agUiEvent({ ...by, type: 'STEP_STARTED', stepName }), agUiEvent({ ...by, type: 'STEP_FINISHED', stepName })];
  }

  /** What the agent was told in mid-run belongs to the conversation. */
  function told(words: string): AGUIEvent[] {
    const messageId = newId('message-');
    return [
      agUiEvent({ ...by, type: 'TEXT_MESSAGE_START', messageId, role: 'user' }),
      agUiEvent({ ...by, type: 'TEXT_MESSAGE_CONTENT', messageId, delta: words }),
      agUiEvent({ ...by, type: 'TEXT_MESSAGE_END', messageId }),
    ];
  }

  const custom = (name: string, value: object): AGUIEvent => agUiEvent({ ...by, type: 'CUSTOM', name: `sidestream.${name}`, value });

  return {
    write(event) {
      by = { ...whose, ...timeOf(event) };
      switch (event.type) {
        case 'line': return sayLine(event.text);
        case 'text': return event.text === '' ? [] : say(event.text);
        case 'step': return [...hush(), ...step()];
        case 'tool': return [...hush(), ...event.state === 'started' ? start(event) : end(event)];
        case 'usage': {
          const { inputTokens, outputTokens, costUsd } = event;
          return [custom('usage', { inputTokens, outputTokens, ...costUsd === undefined ? {} : { costUsd } })];
        }
        case 'steered': {
          const { steeringId, state, text, reason } = event;
          const receipt = custom('steered', { steeringId, state, text, ...reason === undefined ? {} : { reason } });
          return state === 'delivered' ? [...hush(), ...told(text), receipt] : [receipt];
        }
        case 'question': {
          const { questionId, kind, text, options, schema, detail, default: fallback, until } = event;
          return [...hush(), custom('question', present({ questionId, kind, text, options, schema, detail, default: fallback, until }))];
        }
        case 'answered': {
          const { questionId, how, answer, reason } = event;
          return [custom('answered', present({ questionId, how, answer, reason }))];
        }
        case 'warning': return [custom('warning', { code: event.code, message: event.message })];
        case 'queued':
        case 'started': {
          const { taskId, agent, goal, depth, parentId } = event;
          return [custom(event.type, { taskId, agent, goal, depth, ...parentId === undefined ? {} : { parentId } })];
        }
        default: return [];
      }
    },
    show(hand) {
      // What was said cannot be taken back: another frame of a progress bar waits for the end of its line.
      if (!hand.startsWith(shown) || hand === shown) return [];
      const more = hand.slice(shown.length);
      by = whose;
      shown = hand;
      return say(more);
    },
    suspend() {
      const state: ScribeState = { calls: new Map(calls), shown };
      return { events: hush(), state };
    },
    close() {
      // A call without a result would read as one that the application is to answer.
      const open = [...calls.values()].flat().map((id) => answer(id, 'The agent did not say how this ended.'));
      calls.clear();
      return [...hush(), ...open];
    },
  };
}

/** The fields that there are. */
const present = (fields: object): object => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const keyOf = (name: string, callId?: string): string => callId === undefined ? `name ${name}` : `id ${callId}`;

/** Arguments are a JSON object by the rules of every model; a detail that is none is put into one. */
function argumentsOf(detail: string | undefined): string {
  if (detail === undefined) return '{}';
  try {
    const value = JSON.parse(detail) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return detail;
  } catch {
    // Words, not JSON.
  }
  return JSON.stringify({ detail });
}
