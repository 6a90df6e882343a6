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

/**
 * So many observers, one after the other, that come late and leave when they have seen what there is; and one that stays.
 *
 * @param between - whether a line is printed between them
 */
const observing = (make: () => readonly [Observable<unknown>, Subscriber<string>], between = false): Variant => async (scale) => {
  const [events, child] = make();
  const observers = scale.of(OBSERVERS);
  let last: unknown;
  const observe = (): Subscription => events.subscribe((event) => { last = event; });
  const staying = observe();
  const cpu = await cpuPerOperation(observers, () => {
    for (let n = 0; n < observers; n++) {
      observe().unsubscribe();
      if (between) child.next('one more line');
    }
    return last;
  });
  staying.unsubscribe();
  return { cpu };
};

/** A task whose window is full, and the plain design's. */
function full() {
  const { tasks: [task], children: [child] } = ourProducers(1);
  fill(child!);
  return [task!.events, child!] as const;
}

function fullPlain() {
  const { tasks: [task], children: [child] } = plainProducers(1);
  fill(child!);
  return [task!.output, child!] as const;
}

type Name = 'ours' | 'replay' | 'ourAlone' | 'replayAlone' | 'ourPreview' | 'plainPreview';

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
    ours: observing(full),
    replay: observing(fullPlain),
    ourAlone: observing(full, true),
    replayAlone: observing(fullPlain, true),
    ourPreview: observing(() => {
      const [events, child] = full();
      return [events.pipe(preview(10)), child];
    }),
    plainPreview: observing(() => {
      const [events, child] = fullPlain();
      return [events.pipe(scan((last, { text }) => [...last.slice(-9), text], [] as readonly string[])), child];
    }),
  },
  rows: [
    row('late-observer', 'ReplaySubject(200) / task.events: subscribe to 200 lines, see them all, unsubscribe', 'replay', 'ours', 0.9, 1.1),
    row('late-observer: a line between', 'the same, a line between one observer and the next', 'replayAlone', 'ourAlone', null, null),
    row('late-observer: preview', 'ReplaySubject(200) with scan to the last 10 / preview(10)', 'plainPreview', 'ourPreview', null, null),
  ],
};
