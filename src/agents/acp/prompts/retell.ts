/** Something that an agent is told. */
export interface Part {
  readonly text: string;
  /** Whether its model is known to have had it. */
  readonly isHeard: boolean;
}

const INTERRUPTED = 'You had begun with this and were interrupted, and what you did is not in this conversation: look at what is there '
  + 'before you do it again. Since then you were told:';
const CANCELLED = 'Earlier you were asked this, which was cancelled and is not in this conversation:';

/**
 * The words of a prompt: what the agent no longer knows, and what is new. What its model never had is told as if it were new; what it
 * once had and was taken from it, as what it is.
 *
 * @param lost - what was told in turns that were cancelled
 */
export function retell(lost: readonly Part[], fresh: readonly Part[]): string {
  const texts = (parts: readonly Part[]): string => parts.map(({ text }) => text).join('\n\n');
  if (lost.length === 0 || !lost.some(({ isHeard }) => isHeard)) return texts([...lost, ...fresh]);
  const [task, ...more] = lost;
  return `${task!.text}\n\n${INTERRUPTED}\n\n${texts([...more, ...fresh])}`;
}

/** The words of a task that follows on one that was cancelled, of which the agent knows nothing. */
export const retellAfter = (cancelled: readonly string[], goal: string): string => cancelled.length === 0 ? goal
  : [CANCELLED, ...cancelled, 'Now you are asked:', goal].join('\n\n');
