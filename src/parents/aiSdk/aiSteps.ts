import { from, type ObservableInput } from 'rxjs';
import { A_STREAM, check, readOptions, type Option } from '../../core/check.js';
import type { Inbox, InboxTurn } from '../../inbox/inbox.js';
import { AN_INBOX } from '../shared/anInbox.js';
import { createHand, type Hand } from '../shared/hand.js';
import { isAwaitingResults } from './isAwaitingResults.js';
import type { LanguageModel, ModelMessage } from './sdk.js';
import { sentOf } from './sentOf.js';
import { watched } from './watched.js';
import { unwoven, woven, type Note } from './weave.js';

/** What else goes in between two steps. */
export interface AiStepsOptions {
  /**
   * Messages for the parent itself, as from its user while it works: a stream of them, or a function that takes what waits, such as
   * `takeSteering` of an agent's context. A stream is subscribed at once.
   * @defaultValue none
   */
  readonly steering?: ObservableInput<string> | (() => readonly string[]) | undefined;
}

/** A `prepareStep` for calls of the AI SDK. */
export interface AiSteps {
  (step: Step): PreparedStep | Promise<PreparedStep>;
  /**
   * What a call has added to the conversation, with what it was told at its place: for the history of the next call, in which
   * `response.messages` would lack that.
   *
   * @param steps - those of the call's result
   */
  history(this: void, steps: readonly StepResult[]): ModelMessage[];
}

/** What a step is made with; a promise of it where what is told is first to be kept by a store that takes its time. */
export interface PreparedStep {
  messages: ModelMessage[];
  model: LanguageModel;
}

/** What the SDK hands to a `prepareStep`, as far as it is needed here. */
export interface Step {
  readonly steps: readonly unknown[];
  readonly model: LanguageModel;
  readonly messages: readonly ModelMessage[];
}

/** A step of a result. */
export interface StepResult {
  readonly response: { readonly messages: readonly ModelMessage[] };
}

/** One call of `generateText` or `streamText`. */
interface Run {
  /** How many messages it began with. */
  readonly began: number;
  readonly turn: InboxTurn;
  notes: readonly Note[];
  hand: Hand | undefined;
}

const OPTIONS: Record<keyof AiStepsOptions, Option> = {
  steering: [undefined, [
    (value) => typeof value === 'function' || A_STREAM[0](value), 'a stream of messages, or a function that takes them',
  ]],
};

/**
 * Tells a model between its steps what has ended: a `prepareStep` for `generateText` and `streamText` of the AI SDK, version 6 and 7.
 *
 * What has ended stands in a user message behind the results of the step before, and stays in the conversation for the whole call. It
 * counts as told when the model has answered that request to its end, and so does what tools have told in its messages; where the request
 * fails, what has ended is told again, unless it stands in the messages that are sent next.
 *
 * ```
 * endings  ──a──b──────────c──────────────
 * steps    ├─step─┤├─step────┤├─step─┤
 * told             (ab)       c
 * ```
 *
 * One for each conversation, whose calls may also overlap. It does not start a call: to wake a parent that is idle use `inbox.deliver`.
 *
 * ```ts
 * import { generateText } from 'ai';
 * import { MockLanguageModelV3 } from 'ai/test'; // in earnest openai('…'), anthropic('…'), any model of the AI SDK
 * import { createSession } from 'sidestream';
 * import { aiSteps, aiTools } from 'sidestream/ai-sdk';
 * import { createInbox } from 'sidestream/inbox';
 * import { createToolset } from 'sidestream/tools';
 *
 * const session = createSession();
 * const inbox = createInbox(session);
 * const toolset = createToolset(session, { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });
 * const model = new MockLanguageModelV3({ doGenerate: async ({ prompt }) => {
 *   const text = JSON.stringify(prompt.at(-1)).includes('has ended') ? 'I have heard of it.' : 'I have heard nothing.';
 *   const usage = { inputTokens: {}, outputTokens: {} };
 *   return { content: [{ type: 'text', text }], finishReason: { unified: 'stop' }, usage, warnings: [] } as any;
 * } });
 *
 * const prepareStep = aiSteps(inbox);
 * const ask = (prompt: string) => generateText({ model, prompt, tools: aiTools(toolset), prepareStep });
 * session.delegate(({ goal }) => [goal], { goal: 'hello' });
 * console.log((await ask('Go on.')).text); // I have heard of it.
 * // A parent that is idle is woken, with the burst of endings as its prompt.
 * inbox.deliver((batch) => ask(batch.text)).subscribe(({ told }) => {
 *   console.log('woken', told); // woken true
 *   void session.close();
 * });
 * session.delegate(({ goal }) => [goal], { goal: 'hello again' });
 * ```
 *
 * @throws InvalidArgumentError where the inbox or an option is not what it should be
 */
export function aiSteps(inbox: Inbox, options: AiStepsOptions = {}): AiSteps {
  check('inbox', inbox, AN_INBOX);
  const { steering } = readOptions('the options of aiSteps', options, OPTIONS) as AiStepsOptions;
  let words: readonly string[] = [];
  const hear = (...more: readonly string[]): void => { words = [...words, ...more]; };
  // What a stream fails with is its owner's matter; what came before is told.
  if (steering !== undefined && typeof steering !== 'function') {
    // eslint-disable-next-line rxjs-x/no-ignored-subscription -- its life is the stream's own
    from(steering).subscribe({ next: (text) => hear(text), error: () => undefined });
  }

  /** By the list of steps, which is one and the same for the whole of a call. */
  const runs = new WeakMap<readonly unknown[], Run>();
  const inHand = new Set<Hand>();

  /** Puts in what is to be told, where nothing is open, and sees what becomes of the request. */
  const send = (run: Run, conversation: readonly ModelMessage[]): void => {
    const isOpen = isAwaitingResults(conversation);
    if (!isOpen && typeof steering === 'function') hear(...steering());
    const mine = isOpen ? [] : words;
    const batches = isOpen ? [] : run.turn.take(sentOf(woven(conversation, run.notes)));
    if (!isOpen) words = [];
    const texts = [...mine, ...batches.map(({ text }) => text)];
    const notes = texts.map((content): Note => ({ message: { role: 'user', content }, at: conversation.length }));
    run.notes = [...run.notes, ...notes];
    const request = run.turn.send(sentOf(woven(conversation, run.notes)));
    const hand = createHand((calls) => {
      inHand.delete(hand);
      request.answered(calls);
    }, () => {
      inHand.delete(hand);
      run.notes = run.notes.filter((note) => !notes.includes(note));
      words = [...mine, ...words];
      request.failed();
    }, request.called);
    inHand.add(hand);
    run.hand = hand;
  };

  const prepareStep = ({ steps, model, messages }: Step): ReturnType<AiSteps> => {
    let run = runs.get(steps);
    if (run === undefined) {
      run = { began: messages.length, turn: inbox.turn(), notes: [], hand: undefined };
      runs.set(steps, run);
      for (const hand of inHand) hand.giveUp();
    }
    const conversation = unwoven(messages, run.notes);
    // Another step means that the one before was answered.
    run.hand?.answered();
    const { turn } = run;
    const goOn = (own: Run): PreparedStep => {
      send(own, conversation);
      return { messages: woven(conversation, own.notes), model: watched(model, own.hand!) };
    };
    const ready = turn.ready(isAwaitingResults(conversation) ? undefined : sentOf(woven(conversation, run.notes)));
    return ready === undefined ? goOn(run) : ready.then(() => goOn(run));
  };

  return Object.assign(prepareStep, {
    history: (steps: readonly StepResult[]): ModelMessage[] => {
      const added = addedBy(steps);
      const { began = 0, notes = [] } = runs.get(steps) ?? {};
      return woven(added, notes.map(({ message, at }) => ({ message, at: at - began })));
    },
  });
}

/** The messages of all steps: each has its own in version 7, and in 6 those of the steps before as well. */
function addedBy(steps: readonly StepResult[]): readonly ModelMessage[] {
  const [first, second] = steps.map(({ response }) => response.messages);
  const isWhole = second !== undefined && second.length > 0 && JSON.stringify(first) === JSON.stringify(second.slice(0, first?.length));
  return isWhole ? steps.at(-1)!.response.messages : steps.flatMap(({ response }) => response.messages);
}
