import { isTaken, type World } from '../world.js';
import { demand } from '../demand.js';
import type { Tracked } from '../facts.js';
import type { Law } from '../play.js';

/** Law 8: a steering message is never lost in silence: delivered to a listening agent, or its receipt says `missed`. */
export const steeringIsKept: Law = {
  after(world) {
    for (const one of world.tracked) counts(world, one);
    for (const { of, first, firstState, receipt, finals, settled, text } of world.sent) {
      if (receipt === undefined) continue;
      demand(Object.isFrozen(receipt), () => 'A receipt can be changed.');
      demand(firstState === undefined || (receipt.id === first?.receipt?.id && receipt.state === firstState), () =>
        `A repeated id of ${of.id} was answered ${receipt.state}, but the message is ${firstState}.`);
      demand(finals.length === (settled ? 1 : 0), () => `A receipt of ${of.id} settled ${finals.length} times.`);
      demand(settled || receipt.state === 'queued', () => `A receipt of ${of.id} reads ${receipt.state} and has not settled.`);
      const final = finals[0];
      if (first === undefined && final?.state === 'delivered') {
        demand(of.run?.received.includes(text) === true, () =>
          `A receipt says that ${text} was delivered to ${of.id}, which never got it.`);
      }
    }
    for (const { id, run } of world.tracked) {
      const received = run?.received ?? [];
      const mine = received.map((text) => Number(text.slice(1)));
      demand(mine.every((n, k) => k === 0 || n >= mine[k - 1]!), () => `${id} was given its messages out of order: ${received.join()}.`);
    }
  },
  atEnd(world) {
    for (const { of, receipt, finals, text } of world.sent) {
      const final = finals[0];
      demand(receipt !== undefined, () => `Steering ${of.id} threw.`);
      demand(final !== undefined, () => `It was never said what became of ${text} to ${of.id}.`);
      demand(final.state !== 'queued' && (final.state === 'delivered') === (final.reason === undefined), () =>
        `The final receipt of ${text} to ${of.id} reads ${final.state}, ${final.reason}.`);
      const got = of.run?.received.includes(text) === true;
      const wasFirst = world.sent.every((other) => other.text !== text || other.first === undefined);
      demand(final.state === 'delivered' || !got || !wasFirst, () => `${text} was given to ${of.id}, but its receipt reads missed.`);
      demand(receipt === undefined || receipt.state === 'queued' || receipt.state === final.state, () =>
        `A receipt of ${of.id} went from ${receipt.state} to ${final.state}.`);
    }
    for (const { id, task } of world.tracked) {
      demand(task.snapshot(0).steering.queued === 0, () => `${id} has ended and messages to it still wait.`);
    }
  },
};

function counts(world: World, one: Tracked): void {
  const { steering: { queued, delivered, missed }, outcome } = one.task.snapshot(0);
  const received = new Set(one.run?.received ?? []).size;
  demand(queued <= world.history.limits.mailboxSize, () => `${queued} messages wait for ${one.id}.`);
  demand(delivered === received, () => `${one.id} was given ${received} messages, but ${delivered} are counted as delivered.`);
  demand(outcome === undefined || queued === 0, () => `${one.id} has ended and ${queued} messages to it still wait.`);
  // Messages that went through the observer have no receipt, but events.
  const full = world.watchers.find(({ what, of, left, seen }) => what === 'task' && of === one && !left && seen[0]?.event.seq === 0);
  if (full === undefined) return;
  const states = new Map<string, string>();
  for (const { event } of full.seen) {
    if (event.type !== 'steered') continue;
    const before = states.get(event.steeringId);
    demand(before === undefined || before === 'queued', () => `${event.steeringId} of ${one.id} went from ${before} to ${event.state}.`);
    states.set(event.steeringId, event.state);
  }
  const count = (state: string): number => [...states.values()].filter((each) => each === state).length;
  demand(count('delivered') === delivered && count('missed') === missed && count('queued') === queued, () =>
    `The events of ${one.id} tell of ${[...states.values()].join()}; its snapshot of ${queued}, ${delivered} and ${missed}.`);
  const taken = new Set(world.sent.filter((sent) => sent.of === one && isTaken(sent)).map(({ receipt }) => receipt?.id)).size;
  demand(taken <= states.size, () => `${taken} messages to ${one.id} were taken, but its events tell of ${states.size}.`);
}
