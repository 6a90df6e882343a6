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
  /** What a task saved last that this one follows up; nothing where this one goes on from what it saved itself. */
  readonly followed: C | undefined;
  /** Saves what it is now. Never throws: what cannot be saved is said, and then nothing can be gone on from. */
  save(this: void, checkpoint: C): void;
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

const AGAIN = 'What it did may have happened. Start it again if it is still needed.';

/**
 * Reads and writes the checkpoints of a run. An agent that saves by itself and runs another one in the same task has to give that one
 * a context of its own: there is one checkpoint in a task.
 *
 * @param kind - whose checkpoints they are
 * @throws InterruptedError where something was saved that it cannot go on from
 * @throws NotStartedError where the task that it follows has left nothing that can be gone on from
 */
export function checkpointsOf<C extends JsonObject>(context: AgentContext, kind: string, { goal, follow_up }: Brief): Checkpoints<C> {
  const mark = { by: `sidestream/${kind}`, goal: headOf(goal, GOAL) };
  let isTold = false;
  const keep = (envelope: Envelope): void => {
    own.add(envelope);
    context.save(envelope);
  };
  const earlier = context.saved === context.followed ? undefined : read(context.saved, mark);
  const follows = follow_up !== undefined && earlier === undefined;
  return {
    earlier: earlier as C | undefined,
    followed: (follows ? readFollowed(context.followed, mark.by, follow_up) : undefined) as C | undefined,
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

function read(saved: Json | undefined, { by, goal }: Pick<Envelope, 'by' | 'goal'>): Json | undefined {
  const envelope = Object(saved) as Partial<Envelope>;
  if (own.has(envelope) || typeof envelope.by !== 'string' || !envelope.by.startsWith('sidestream/')) return undefined;
  const refuse = (why: string): never => { throw new InterruptedError(`The process ended while the task ran, and ${why}. ${AGAIN}`); };
  if (envelope.by !== by) refuse(`what it saved is of another kind of agent (${envelope.by})`);
  if (envelope.goal !== goal) refuse('what it saved is of another goal');
  if (envelope.lost !== undefined) refuse(`what it had done could not be saved: ${envelope.lost.replace(/\.$/, '')}`);
  return envelope.at;
}

function readFollowed(followed: Json | undefined, by: string, id: string): Json {
  const { by: of, lost, at } = Object(followed) as Partial<Envelope>;
  const refuse = (why: string): never => {
    const words = `What ${id} was about cannot be gone on with: ${why}.`;
    throw new NotStartedError(`${words} Start a new task, and say in \`context\` what it needs.`);
  };
  if (of !== by) refuse(typeof of === 'string' ? `it is of another kind of agent (${of})` : 'nothing of it is kept');
  if (lost !== undefined) refuse(`it could not be saved: ${lost.replace(/\.$/, '')}`);
  return at ?? refuse('nothing of it is kept');
}
