import { isOutcome, type TaskEvent } from '../../../../src/index.js';
import { demand } from '../demand.js';
import type { Tracked } from '../facts.js';
import type { Law } from '../play.js';
import type { World } from '../world.js';

/** Law 7: a late observer sees a suffix of what an early one saw, and always the outcome. */
export const lateSeesSuffix: Law = {
  after(world) {
    for (const one of world.tracked) check(world, one);
  },
};

function check(world: World, one: Tracked): void {
  const late: TaskEvent[] = [];
  let completed = false;
  one.task.events.subscribe({ next: (event) => late.push(event), complete: () => { completed = true; } }).unsubscribe();
  const { outcome, droppedLines, windowLines, preview } = one.task.snapshot(1_000);
  const lines = late.filter(({ type }) => type === 'line') as Extract<TaskEvent, { type: 'line' }>[];

  demand(completed === (outcome !== undefined), () =>
    `The events of ${one.id} did ${completed ? '' : 'not '}complete for a late observer.`);
  demand(outcome === undefined || late.at(-1)?.seq === outcome.seq, () => `A late observer of ${one.id} was not told its outcome.`);
  demand(windowLines <= world.history.limits.windowLines, () => `The window of ${one.id} has ${windowLines} lines.`);
  demand(lines.length === windowLines && lines.every(({ text }, n) => text === preview[n]), () =>
    `A late observer of ${one.id} was given ${lines.map(({ text }) => text).join()}, but its window has ${preview.join()}.`);
  for (let n = 1; n < late.length; n++) {
    demand(late[n]!.seq === late[n - 1]!.seq + 1, () => `A late observer of ${one.id} was given ${late.map(({ seq }) => seq).join()}.`);
  }
  // What is kept starts at the very beginning until something had to go.
  demand(droppedLines > 0 || late.length === 0 || late[0]!.seq === 0, () =>
    `A late observer of ${one.id} misses its start though nothing was dropped.`);

  for (const { n, what, of, seen, left } of world.watchers) {
    if (what !== 'task' || of !== one || left) continue;
    const early = seen.map(({ event }) => event);
    const common = Math.min(early.length, late.length);
    const tail = early.slice(-common);
    demand(common === 0 || late.slice(-common).every((event, k) => event.seq === tail[k]!.seq && event.type === tail[k]!.type), () =>
      `A late observer of ${one.id} saw ${show(late)}; observer ${n} ${show(early)}.`);
    const printed = early.filter(({ type }) => type === 'line').length;
    demand(early.length === 0 || early[0]!.seq > 0 || printed === windowLines + droppedLines, () =>
      `${one.id} printed ${printed} lines, but ${windowLines} are kept and ${droppedLines} dropped.`);
    demand(outcome === undefined || (early.length > 0 && isOutcome(early.at(-1)!)), () =>
      `Observer ${n} of ${one.id} was not told its outcome.`);
  }
}

const show = (events: readonly TaskEvent[]): string => events.map(({ seq, type }) => `${seq}:${type}`).join(' ');
