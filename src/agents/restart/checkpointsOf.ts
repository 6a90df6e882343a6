import type { AgentContext } from '../../core/agent.js';
import type { Brief } from '../../core/brief.js';
import { headOf } from '../../core/cutText.js';
import { InterruptedError, NotStartedError } from '../../core/errors.js';
import { line } from '../../core/output.js';
import type { Json, JsonObject } from '../../core/json.js';

/** The checkpoints of a run of one kind of agent. */
export interface Checkpoints<C extends JsonObject> {
  /** What the run goes on from: the last that was saved in a process that has ended. */
  readonly earlier: C | undefined;
  /** Of a follow-up: what the task that it follows saved last, whatever its goal was. */
  readonly followed: C | undefined;
  /** Saves what it is now. Never throws: what cannot be saved is said, and then nothing can be gone on from. */
  save(this: void, checkpoint: C): void;
  /** Says why nothing can be gone on from, in the words of a sentence without its beginning and its end. */
  lose(this: void, why: string): void;
}

/** A checkpoint as it is kept: whose it is, of which goal, and what it says or why it says nothing. */
interface Envelope extends JsonObject {
  readonly by: string;
  readonly goal: string;
  readonly at?: Json | undefined;
  readonly lost?: string | undefined;
}

/** Characters of a goal by which a checkpoint is told from another's, as where one agent runs several in one task. */
const GOAL = 200;

/** What was saved in this process. Nobody goes on from it: whoever is called again here, such as by a retry, starts anew. */
const own = new WeakSet<object>();

const ANEW = 'Start a new one without `follow_up`, and say in its `context` what it needs.';
const AGAIN = 'What it did may have happened. Start it again if it is still needed.';

/**
 * Reads and writes the checkpoints of a run. An agent that saves by itself and runs another one in the same task has to give that one
 * a context of its own: there is one checkpoint in a task.
 *
 * @param kind - whose checkpoints they are
 * @throws InterruptedError where something was saved that it cannot go on from, and NotStartedError where the task that it follows has left
 * nothing of this kind
 */
export function checkpointsOf<C extends JsonObject>(
  context: Pick<AgentContext, 'saved' | 'followed' | 'save' | 'emit'>, kind: string, { goal, follow_up: id }: Brief,
): Checkpoints<C> {
  const mark = { by: `sidestream/${kind}`, goal: headOf(goal, GOAL) };
  const { saved, followed } = context;
  // Of a follow-up that has saved nothing itself, it is what the other one left.
  const earlier = saved !== undefined && saved === followed ? undefined : readEarlier(saved, mark);
  let isTold = false;
  const keep = (envelope: Envelope): void => {
    own.add(envelope);
    context.save(envelope);
  };
  return {
    earlier: earlier as C | undefined,
    followed: earlier !== undefined || id === undefined ? undefined : readFollowed(followed, mark.by, id) as C,
    lose(why) { keep({ ...mark, lost: why }); },
    save(checkpoint) {
      try {
        keep({ ...mark, at: checkpoint });
      } catch (thrown) {
        const lost = thrown instanceof Error ? thrown.message : String(thrown);
        keep({ ...mark, lost });
        if (!isTold) context.emit(line(`[the task cannot go on when its process has ended: ${lost}]`));
        isTold = true;
      }
    },
  };
}

function readEarlier(saved: Json | undefined, { by, goal }: Pick<Envelope, 'by' | 'goal'>): Json | undefined {
  const envelope = envelopeOf(saved);
  if (envelope === undefined || own.has(envelope)) return undefined;
  const refuse = (why: string): never => { throw new InterruptedError(`The process ended while the task ran, and ${why}. ${AGAIN}`); };
  if (envelope.by !== by) refuse(`what it saved is of another kind of agent (${envelope.by})`);
  if (envelope.goal !== goal) refuse('what it saved is of another goal');
  if (envelope.lost !== undefined) refuse(`what it had done could not be saved: ${ended(envelope.lost)}`);
  return envelope.at;
}

function readFollowed(saved: Json | undefined, by: string, id: string): Json {
  const refuse = (why: string): never => { throw new NotStartedError(`The conversation of task ${id} cannot go on: ${why}. ${ANEW}`); };
  if (saved === undefined) refuse('what it had saved is not kept any more');
  const envelope = envelopeOf(saved);
  if (envelope === undefined) return refuse('what it had saved is of another agent');
  if (envelope.by !== by) refuse(`what it had saved is of another kind of agent (${envelope.by})`);
  if (envelope.lost !== undefined || envelope.at === undefined) refuse(`it could not be saved: ${ended(envelope.lost ?? 'it is empty')}`);
  return envelope.at!;
}

function envelopeOf(saved: Json | undefined): Envelope | undefined {
  const { by } = Object(saved) as Partial<Envelope>;
  return typeof by === 'string' && by.startsWith('sidestream/') ? saved as Envelope : undefined;
}

const ended = (words: string): string => words.replace(/\.$/, '');
