import { describeValue } from '../../describeValue.js';
import { InvalidArgumentError, MailboxFullError, NotRunningError, NotSteerableError, type SidestreamError } from '../../errors.js';
import type { SteeringReceipt, SteerOptions } from '../../task.js';
import { AN_OBJECT } from '../../check.js';
import { receiptOf } from '../steering/receiptOf.js';
import type { TaskRecord } from './taskRecord.js';

/** Sends a message to a task's mailbox, or says in the receipt why not. A refusal leaves no trace: its id may be tried again. */
export function steer(task: TaskRecord, text: unknown, options: SteerOptions = {}): SteeringReceipt {
  const given = idOf(options);
  const id: unknown = given === undefined ? newId(task) : given;
  const known = typeof id === 'string' ? task.mailbox?.known(id) : undefined;
  if (known !== undefined) return receiptOf(known);
  const error = refusal(task, text, id);
  if (error === undefined) return receiptOf(task.openMailbox().post(id as string, text as string));
  return receiptOf({ id: typeof id === 'string' ? id : '', text: '', state: 'missed', reason: error.code, error });
}

/** Nothing where none is given, and what is refused where it cannot be read. */
function idOf(options: SteerOptions): unknown {
  try {
    return AN_OBJECT[0](options) ? options.id : null;
  } catch {
    return null;
  }
}

function refusal(task: TaskRecord, text: unknown, id: unknown): SidestreamError | undefined {
  const { messageLength, mailboxSize } = task.owner.limits;
  if (typeof id !== 'string' || id.trim() === '') {
    return new InvalidArgumentError(`Expected \`id\` to be a string that is not blank, got ${describeValue(id)}.`);
  }
  if (typeof text !== 'string' || text.trim() === '' || text.length > messageLength) {
    return new InvalidArgumentError(
      `Expected the message to be a string of 1 to ${messageLength} characters that is not blank, got ${describeValue(text)}.`,
    );
  }
  if (task.isEnded) return new NotRunningError(`Task ${task.id} has ended, so it can no longer be steered.`);
  if (task.options.steerable === false) {
    return new NotSteerableError(
      `Task ${task.id} runs an agent that does not listen to steering. Cancel it and start it anew with a better goal.`,
    );
  }
  if ((task.mailbox?.waiting ?? 0) >= mailboxSize) {
    return new MailboxFullError(`${mailboxSize} messages are waiting for task ${task.id}. Let it take them before you send another.`);
  }
  return task.owner.journal?.failure;
}

function newId(task: TaskRecord): string {
  for (;;) {
    const id = task.owner.newSteeringId();
    if (task.mailbox?.known(id) === undefined) return id;
  }
}
