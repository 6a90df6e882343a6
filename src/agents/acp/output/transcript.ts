import type { PlanEntry, SessionUpdate, ToolKind } from '@agentclientprotocol/sdk';
import { cutText } from '../../../core/cutText.js';
import { line, tool, usage, type AgentOutput } from '../../../core/output.js';
import { TOOL_KINDS } from '../permission/permission.js';
import type { MessageCounts } from '../connection/messageCounts.js';
import { createSpeech, type Chunk, type Speech } from './speech.js';
import { troubleIn } from './troubleIn.js';

/** Characters kept of what a tool call says of itself. */
const MAX_DETAIL = 500;

/** Characters kept of its title, which may be a whole command that somebody is asked to allow. */
const MAX_TITLE = 4_000;

/** Updates that are known and say nothing that a task shows. */
const SILENT: readonly string[] = [
  'user_message_chunk', 'available_commands_update', 'current_mode_update', 'config_option_update', 'notice', 'compaction_update',
  'compaction_summary_chunk',
];

/** A tool call as it was told so far. */
export interface ToolCallSeen {
  readonly name: string;
  /** All that were told of it, the first one first. Leave for it has to be leave for each. */
  readonly kinds: readonly ToolKind[];
  readonly title: string;
  readonly input: unknown;
  readonly paths: readonly string[];
  readonly isOpen: boolean;
}

/** What is made of updates: never a result, which is for the end. */
type Said = AgentOutput<never>;

/** Reads the updates of one task. */
export interface Transcript extends Pick<Speech, 'lastMessage' | 'spoken'> {
  read(this: void, update: SessionUpdate): readonly Said[];
  /** Ends a turn: what a tool call or a line has left open is closed, and the next message is another one. */
  endTurn(this: void): readonly Said[];
  toolCall(this: void, id: string): ToolCallSeen | undefined;
  /** Whether a tool call is open. */
  isBusy(): boolean;
  /** What the agent said of an error that has ended its turn, since `newTurn`; `''` where it has no words for it. */
  trouble(this: void): string | undefined;
  newTurn(this: void): void;
  /** What the session has cost so far, US dollars. */
  cost(): number | undefined;
}

/**
 * Makes outputs of updates: message text as text, tool calls in pairs, changed entries of a plan and what is spent. An agent may send any
 * of it malformed; a field that is not what it should be counts as missing.
 *
 * @param spent - what the session had cost before; undefined where that is not known, and then the first figure is where counting starts
 */
export function createTranscript(thoughts: 'hide' | 'print', counts: MessageCounts, spent: number | undefined): Transcript {
  const calls = new Map<string, ToolCallSeen>();
  const open = new Set<string>();
  /** What it was made of when it was last told. */
  let plan: ReadonlySet<string> = new Set();
  let cost = spent;
  const speech = createSpeech();
  let trouble: string | undefined;

  function call(id: string, update: Readonly<Record<string, unknown>>): readonly Said[] {
    const known = calls.get(id);
    const title = cutText(stringOf(update['title']) ?? known?.title ?? '', MAX_TITLE).text;
    const isOver = update['status'] === 'completed' || update['status'] === 'failed';
    const seen: ToolCallSeen = {
      // A pair carries one name, whatever becomes known later.
      name: known?.name ?? cutText(stringOf(update['name']) ?? stringOf(update['kind']) ?? 'tool', MAX_DETAIL).text,
      kinds: withKind(known?.kinds ?? [], stringOf(update['kind'])),
      title,
      input: update['rawInput'] ?? known?.input,
      paths: update['locations'] == null ? known?.paths ?? [] : pathsOf(update['locations']),
      isOpen: (known?.isOpen ?? true) && !isOver,
    };
    // What goes into a tool may be a whole file: it is kept no longer than somebody may ask about it.
    if (seen.isOpen) open.add(id);
    else open.delete(id);
    calls.set(id, seen.isOpen ? seen : { ...seen, title: '', input: undefined, paths: [] });
    const started = known === undefined ? [...speech.end(), tool(seen.name, 'started', detailOf(title))] : [];
    if (!isOver || known?.isOpen === false) return started;
    return [...started, tool(seen.name, 'ended', detailOf(update['status'] === 'failed' ? `failed: ${title}` : title))];
  }

  function changes(entries: readonly PlanEntry[]): readonly Said[] {
    const now = entries.filter((each) => typeof (Object(each) as Partial<PlanEntry>).content === 'string');
    const changed = now.filter((entry) => !plan.has(keyOf(entry)));
    plan = new Set(now.map(keyOf));
    if (changed.length === 0) return [];
    return [...speech.closeLine(), ...changed.map(({ content, status }) => line(`plan [${MARKS[status] ?? ' '}] ${content}`))];
  }

  function spend(amount: unknown, currency: unknown): readonly Said[] {
    if (currency !== 'USD' || typeof amount !== 'number' || !(amount >= 0 && amount < Infinity)) return [];
    // A program that was started anew may count from nothing again.
    const spent = amount - (amount < (cost ?? amount) ? 0 : cost ?? amount);
    cost = amount;
    return spent > 0 ? [usage({ inputTokens: 0, outputTokens: 0, costUsd: spent })] : [];
  }

  return {
    read(update) {
      switch (update.sessionUpdate) {
        case 'agent_message_chunk': return speech.say(chunkOf('message', update));
        case 'agent_thought_chunk':
          // Hidden thoughts part messages too, where these have no ids to be told apart by.
          return thoughts === 'print' ? speech.say(chunkOf('thought', update)) : speech.part();
        case 'session_info_update':
          trouble = troubleIn(update._meta) ?? trouble;
          return [];
        case 'tool_call': case 'tool_call_update':
          return typeof update.toolCallId === 'string' ? call(update.toolCallId, { ...update }) : [];
        case 'plan': return Array.isArray(update.entries) ? changes(update.entries) : [];
        case 'usage_update': return spend(update.cost?.amount, update.cost?.currency);
        default:
          if (!SILENT.includes(update.sessionUpdate)) counts.unknown += 1;
          return [];
      }
    },
    endTurn() {
      const cut = [...open].map((id) => {
        const seen = calls.get(id)!;
        calls.set(id, { ...seen, isOpen: false });
        return tool(seen.name, 'ended', detailOf(`not finished: ${seen.title}`));
      });
      open.clear();
      return [...speech.end(), ...cut];
    },
    lastMessage: speech.lastMessage,
    spoken: speech.spoken,
    trouble: () => trouble,
    newTurn() { trouble = undefined; },
    toolCall: (id) => calls.get(id),
    isBusy: () => open.size > 0,
    cost: () => cost,
  };
}

const MARKS: Readonly<Record<string, string>> = { completed: 'x', in_progress: '~', pending: ' ' };

const keyOf = ({ content, status }: PlanEntry): string => `${status} ${content}`;

const stringOf = (value: unknown): string | undefined => typeof value === 'string' && value !== '' ? value : undefined;

/** Of the kinds that the protocol does not know one stands for all, so that they stay few. */
function withKind(kinds: readonly ToolKind[], told: string | undefined): readonly ToolKind[] {
  const kind = told as ToolKind | undefined;
  if (kind === undefined || kinds.includes(kind)) return kinds;
  const isKnown = (each: ToolKind): boolean => TOOL_KINDS.includes(each);
  // Many say `other` until they know more.
  if (kind === 'other' && kinds.length > 0) return kinds;
  if (kinds.length === 1 && kinds[0] === 'other') return [kind];
  return isKnown(kind) || kinds.every(isKnown) ? [...kinds, kind] : kinds;
}

const detailOf = (title: string): string | undefined => {
  const words = title.trim();
  return words === '' ? undefined : cutText(words, MAX_DETAIL).text;
};

const pathsOf = (locations: unknown): readonly string[] =>
  Array.isArray(locations) ? locations.flatMap((each) => stringOf((Object(each) as { path?: unknown }).path) ?? []) : [];

const chunkOf = (
  kind: Chunk['kind'], { content, messageId, _meta: meta }: Extract<SessionUpdate, { sessionUpdate: `agent_${string}_chunk` }>,
): Chunk => ({ kind, content, id: stringOf(messageId), meta });
