import type { Json, JsonObject } from '../../../core/json.js';
import type { Checkpoints } from '../../restart/checkpointsOf.js';
import type { ModelMessage } from '../aiSdk.js';
import { asJson, fromJson } from '../restart/asJson.js';
import { ModelError, type ModelFailure } from '../failure/modelError.js';
import { answered, openCall, wordsOfCalls, type OpenCall } from '../restart/wordsOfCalls.js';
import type { StepEnd } from './runStep.js';

/** What a run goes on from when its process has ended: what it was at the end of a step, and what it had called since. */
export interface TalkCheckpoint extends JsonObject {
  readonly messages: readonly Json[];
  readonly steps: number;
  /** Whether the last step has called tools. */
  readonly calls: boolean;
  readonly said?: string | undefined;
  readonly open?: readonly (OpenCall & JsonObject)[] | undefined;
  /** Why the run fails, where that is decided. */
  readonly over?: { readonly reason: ModelFailure; readonly message: string } | undefined;
}

/** The conversation of a run. */
export interface Talk {
  readonly messages: readonly ModelMessage[];
  /** How many steps it has taken. */
  readonly steps: number;
  /** Whether the last step has called tools. */
  readonly calls: boolean;
  /** The last that was said. */
  readonly said: string | undefined;
  /** Whether it was begun in a process that has ended. */
  readonly isResumed: boolean;
  /** Why it fails, where a process that has ended had decided that. */
  readonly over: ModelError | undefined;
  /** The next request carries these words. */
  tell(this: void, texts: readonly string[]): void;
  /** The model has answered a request that carried them. */
  answered(this: void): void;
  /** A tool is about to be called; it has answered, or failed. */
  called(this: void, id: string, name: string, input: unknown): void;
  ended(this: void, id: string, answer: unknown): void;
  /** A step is over. @param over - why the run fails by it */
  stepped(this: void, end: StepEnd, over?: ModelError): void;
}

/**
 * Keeps the conversation of a run, and saves it after each step, before a tool is called, and before a message reads delivered. Each
 * message is made JSON once.
 *
 * ```
 * step    ──1──────────2(s)───tool───tool|──3──
 * saved   a──────────b────c───d──────e───f─────   a: the goal, c: with the message s, d and e: with what is called
 * ```
 */
export function createTalk(goal: string, { earlier, followed, save }: Checkpoints<TalkCheckpoint>): Talk {
  const messages: ModelMessage[] = [];
  /** Of these messages those that a provider has answered. */
  const kept: Json[] = [];
  let told: Json[] = [];
  let { steps, calls, said } = earlier ?? { steps: 0, calls: false, said: undefined };
  let failed: TalkCheckpoint['over'];
  const open = new Map<string, OpenCall>();

  const keep = (): void => {
    save({
      messages: [...kept], steps, calls,
      ...said === undefined ? {} : { said },
      ...failed === undefined ? {} : { over: failed },
      ...open.size === 0 ? {} : { open: [...open.values()].map((call) => ({ ...call })) },
    });
  };
  const say = (content: string): ModelMessage => {
    const message: ModelMessage = { role: 'user', content };
    messages.push(message);
    return message;
  };

  const before = earlier ?? followed;
  if (before !== undefined) {
    kept.push(...before.messages);
    messages.push(...before.messages.map(fromJson) as ModelMessage[]);
    if (before.open !== undefined) kept.push(asJson(say(wordsOfCalls(before.open, earlier === undefined ? 'task' : 'process'))));
  }
  if (earlier === undefined) kept.push(asJson(say(goal)));
  keep();

  return {
    messages,
    get steps() { return steps; },
    get calls() { return calls; },
    get said() { return said; },
    isResumed: earlier !== undefined,
    over: earlier?.over && new ModelError(earlier.over.reason, earlier.over.message),
    tell(texts) { told.push(...texts.map((text) => asJson(say(text)))); },
    answered() {
      if (told.length === 0) return;
      kept.push(...told);
      told = [];
      keep();
    },
    called(id, name, input) {
      open.set(id, openCall(id, name, input));
      keep();
    },
    ended(id, answer) {
      const call = open.get(id);
      if (call === undefined) return;
      open.set(id, answered(call, answer));
      // Where it was the last one, the step is over in a moment.
      if ([...open.values()].some((each) => each.answer === undefined)) keep();
    },
    stepped(end, over) {
      messages.push(...end.messages);
      kept.push(...told, ...end.messages.map((message) => asJson(message)));
      told = [];
      open.clear();
      steps += 1;
      ({ calls } = end);
      failed = over && { reason: over.reason, message: over.message };
      // What parts a text from the call behind it is none of it.
      if (end.text.trim() !== '') said = calls ? end.text.trimEnd() : end.text;
      keep();
    },
  };
}
