import type { ContentBlock } from '@agentclientprotocol/sdk';
import { text, type TextOutput } from '../../../core/output.js';
import { keepLast } from '../../command/keepLast.js';
import { isAside } from './isAside.js';

/** Characters of a message that can be a result. */
const MAX_RESULT = 1_000_000;

/** A chunk of what an agent says or thinks. */
export interface Chunk {
  readonly kind: 'message' | 'thought';
  readonly content: ContentBlock | undefined;
  readonly id: string | undefined;
  readonly meta: unknown;
}

/** Prints what an agent says, and keeps its last message. */
export interface Speech {
  say(this: void, chunk: Chunk): readonly TextOutput[];
  /** Ends the line that is open. */
  closeLine(this: void): readonly TextOutput[];
  /** Something came between that is not shown: a message that has no id to go on by has ended. */
  part(this: void): readonly TextOutput[];
  /** Ends the line and the message: the next chunk begins another one. */
  end(this: void): readonly TextOutput[];
  /** The last message that is not blank; where messages have ids, the last that has one. */
  lastMessage(this: void): string;
  /** How many chunks of messages have come. */
  spoken(this: void): number;
}

/**
 * Makes text of chunks, with a line between messages. Bridges say things beside the conversation in chunks that look like a message, such
 * as warnings: without an id where messages have one, or marked as information. These are printed and belong to no message.
 */
export function createSpeech(): Speech {
  /** What the line that is being printed belongs to. */
  let printed = '';
  let isLineOpen = false;
  let message = keepLast(MAX_RESULT);
  let id: string | undefined;
  let hasWords = false;
  let hasIds = false;
  let spoken = 0;
  const last = { withId: '', bare: '' };

  const closeLine = (): readonly TextOutput[] => {
    if (!isLineOpen) return [];
    isLineOpen = false;
    return [text('\n')];
  };

  function keep(): void {
    if (hasWords) last[id === undefined ? 'bare' : 'withId'] = message.whole();
  }

  function begin(next: string | undefined): void {
    keep();
    message = keepLast(MAX_RESULT);
    hasWords = false;
    id = next;
  }

  function print(said: string, owner: string): readonly TextOutput[] {
    const before = owner === printed ? [] : closeLine();
    printed = owner;
    isLineOpen = !said.endsWith('\n');
    return [...before, text(said)];
  }

  function end(): readonly TextOutput[] {
    begin(undefined);
    return closeLine();
  }

  return {
    say({ kind, content, id: next, meta }) {
      const said = textOf(content);
      if (said === '') return [];
      if (kind === 'thought') {
        if (id === undefined) begin(undefined);
        return print(said, `thought ${next}`);
      }
      if (isAside(said, meta) || (next === undefined && hasIds)) return print(said, `aside ${next}`);
      hasIds ||= next !== undefined;
      if (next !== id) begin(next);
      message.add(said);
      hasWords ||= said.trim() !== '';
      spoken += 1;
      return print(said, `message ${next}`);
    },
    closeLine,
    part: () => id === undefined ? end() : [],
    end,
    lastMessage() {
      keep();
      return last.withId === '' ? last.bare : last.withId;
    },
    spoken: () => spoken,
  };
}

/** What can be read of a piece of content; the rest is named. */
function textOf(content: ContentBlock | undefined): string {
  switch (content?.type) {
    case 'text': return typeof content.text === 'string' ? content.text : '';
    case 'image': case 'audio': return `[${content.type}]`;
    case 'resource_link': return `[${content.uri}]`;
    case 'resource': return `[${content.resource?.uri}]`;
    default: return '';
  }
}
