import { Mailbox } from '../steering/mailbox.js';
import type { TaskRecord } from './taskRecord.js';

/** The mailbox of a task, made when it is first needed; what becomes of its messages is told as events. */
export function mailboxOf(task: TaskRecord): Mailbox {
  if (task.mailbox !== undefined) return task.mailbox;
  const mailbox = task.mailbox = new Mailbox(
    (letter) => {
      const { id, state, text, reason } = letter;
      if (state === 'delivered') letter.step = task.speech?.steps;
      task.emit({ type: 'steered', steeringId: id, state, text, ...(reason === undefined ? {} : { reason }), ...letter.step });
    },
    (work) => { task.owner.dispatcher.exclusive(work); },
  );
  if (task.phase === 'ended') mailbox.close('ended')();
  return mailbox;
}
