import { text, type AgentOutput } from '../../../core/output.js';

/** A message that is being streamed. */
interface Message {
  /** What was said and not yet put out. */
  held: string;
  whole: string[];
  readonly subagent: boolean;
  ended: boolean;
}

/**
 * The text messages of a run as one stream of text. They may overlap, above all where an agent has subagents, and a stream of text has one
 * line in hand: so one speaks at a time, and what another says meanwhile is put out when the first has ended.
 *
 * ```
 * message a  ──a1────a2──a3|
 * message b  ─────b1────────b2──|
 * text       ──a1────a2──a3\nb1b2──\n
 * ```
 */
export function createSpeech() {
  const open = new Map<string, Message>();
  let answer: string | undefined;
  let aside: string | undefined;

  /** Puts out what the first of the open messages has said, and goes on to the next where it has ended. */
  function speak(): AgentOutput<never>[] {
    const outputs: AgentOutput<never>[] = [];
    for (const [id, message] of open) {
      if (message.held !== '') outputs.push(text(message.held));
      message.held = '';
      if (!message.ended) break;
      open.delete(id);
      const whole = message.whole.join('');
      if (whole !== '' && !whole.endsWith('\n')) outputs.push(text('\n'));
      if (whole.trim() === '') continue;
      if (message.subagent) aside = whole;
      else answer = whole;
    }
    return outputs;
  }

  return {
    start(id: string, subagent: boolean): void { open.set(id, { held: '', whole: [], subagent, ended: false }); },
    /** A message that was never started here is none of the agent's own. */
    add(id: string, delta: string): readonly AgentOutput<never>[] {
      const message = open.get(id);
      if (message === undefined) return [];
      message.held += delta;
      message.whole.push(delta);
      return speak();
    },
    end(id: string): readonly AgentOutput<never>[] {
      const message = open.get(id);
      if (message !== undefined) message.ended = true;
      return speak();
    },
    /** Ends what is still open. */
    endAll(): readonly AgentOutput<never>[] {
      for (const message of open.values()) message.ended = true;
      return speak();
    },
    /** The last message that says anything, the agent's own before those of its subagents. */
    get answer(): string | undefined { return (answer ?? aside)?.replace(/\r?\n$/, ''); },
  };
}
