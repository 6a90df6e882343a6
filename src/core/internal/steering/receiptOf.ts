import { AsyncSubject, defer, of } from '../../rx.js';
import type { SteeringReceipt } from '../../task.js';
import type { Letter } from './letter.js';

/** The receipt of a message as things stand, frozen. A refused message is a letter that was never posted. */
export function receiptOf(letter: Letter): SteeringReceipt {
  const { id, state, reason, error, step } = letter;
  const receipt: SteeringReceipt = Object.freeze({
    id,
    state,
    ...(reason !== undefined && { reason }),
    ...(error !== undefined && { error }),
    ...step,
    settled: state === 'queued' ? (letter.settled ??= new AsyncSubject()).asObservable() : defer(() => of(receipt)),
  });
  return receipt;
}
