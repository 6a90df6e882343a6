import { Mailbox } from '../steering/mailbox.js';
import type { SteeredEvent } from '../../events.js';
import type { Unstamped } from '../log/taskLog.js';
import type { Speech } from '../output/speech.js';

/** A task, as far as its mailbox is concerned. */
interface Addressee {
  mailbox?: Mailbox;
  readonly speech?: Speech;
  readonly isEnded: boolean;
  emit(event: Unstamped<SteeredEvent>): void;
  exclusively(work: () => void): void;
}

/** The mailbox of a task, made when it is first needed; what becomes of its messages is told as events. */
export function mailboxOf(task: Addressee): Mailbox {
  if (task.mailbox !== undefined) return task.mailbox;
  const mailbox = task.mailbox = new Mailbox(
    (letter) => {
      const { id, state, text, reason } = letter;
      if (state === 'delivered') letter.step = task.speech?.steps;
      task.emit({ type: 'steered', steeringId: id, state, text, ...(reason !== undefined && { reason }), ...letter.step });
    },
    (work) => { task.exclusively(work); },
  );
  if (task.isEnded) mailbox.close('ended')();
  return mailbox;
}
