import { scan, type Observable, type Subscriber, type Subscription } from 'rxjs';
import { preview } from '../src/core/operators/preview.js';
import type { Bench, Row, Variant } from './support/bench.js';
import { cpuPerOperation } from './support/measure.js';
import { ourProducers, plainProducers } from './support/producers.js';

const OBSERVERS = 5_000;
const LINES = 1_000;

function fill(child: Subscriber<string>): void {
  for (let n = 0; n < LINES; n++) child.next(`line ${n} of what a child has to say to its parent`);
}

/** So many observers, one after the other, that come late and leave when they have seen what there is; and one that stays. */
const observing = (make: () => Observable<unknown>): Variant => async (scale) => {
  const events = make();
  const observers = scale.of(OBSERVERS);
  let last: unknown;
  const observe = (): Subscription => events.subscribe((event) => { last = event; });
  const staying = observe();
  const cpu = await cpuPerOperation(observers, () => {
    for (let n = 0; n < observers; n++) observe().unsubscribe();
    return last;
  });
  staying.unsubscribe();
  return { cpu };
};

/** A task whose window is full, and the plain design's. */
function full() {
  const { tasks: [task], children: [child] } = ourProducers(1);
  fill(child!);
  return task!;
}

function fullPlain() {
  const { tasks: [task], children: [child] } = plainProducers(1);
  fill(child!);
  return task!;
}

type Name = 'ours' | 'replay' | 'ourPreview' | 'plainPreview';

const us = (value = NaN): string => `${(value / 1e3).toFixed(2)} µs`;

const row = (name: string, peer: string, theirs: Name, ours: Name, must: number | null, aim: number | null): Row<Name> => ({
  name, peer, wanted: '>=', must, aim, unit: '×',
  ratio: (round) => round[theirs]['cpu']! / round[ours]['cpu']!,
  figures: (medians) => `${us(medians[theirs]['cpu'])} / ${us(medians[ours]['cpu'])} an observer`,
});

export const lateObserver: Bench<Name> = {
  name: 'late-observer',
  rounds: 5,
  variants: {
    ours: observing(() => full().events),
    replay: observing(() => fullPlain().output),
    ourPreview: observing(() => full().events.pipe(preview(10))),
    plainPreview: observing(() =>
      fullPlain().output.pipe(scan((last, { text }) => [...last.slice(-9), text], [] as readonly string[]))),
  },
  rows: [
    row('late-observer', 'ReplaySubject(200) / task.events: subscribe to 200 lines, see them all, unsubscribe', 'replay', 'ours', 0.9, 1.1),
    row('late-observer: preview', 'ReplaySubject(200) with scan to the last 10 / preview(10)', 'plainPreview', 'ourPreview', null, null),
  ],
};
