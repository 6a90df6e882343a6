import { Observable, ReplaySubject, Subject, type Subscriber } from 'rxjs';
import type { LineEvent, TaskEvent } from '../src/core/events.js';
import { Dispatcher } from '../src/core/internal/log/dispatcher.js';
import { TaskLog, type Logged } from '../src/core/internal/log/taskLog.js';
import type { Bench, Variant } from './support/bench.js';
import { cpuPerOperation } from './support/measure.js';
import { ourProducers, plainProducers } from './support/producers.js';

const LINES = 200_000;

/** Lines as they come from a splitter: flat, each a string of its own. */
const texts = Array.from({ length: 1024 }, (_, n) =>
  Buffer.from(`line ${n} of what a child has to say to its parent`).toString('latin1'));

const at = Date.now();
const lineEvent = (seq: number): LineEvent => ({ taskId: 'agent-7kq2wd', seq, at, attempt: 1, type: 'line', text: texts[seq & 1023]! });

/** The same event objects again and again: what the peer costs without the garbage that lines are. */
const pool = texts.map((_, n) => lineEvent(n));
const pooled = (seq: number): LineEvent => pool[seq & 1023]!;

// In every observer the sum stays a small integer: one that outgrows it would cost more than what is measured.

const ours: Variant = async (scale) => {
  const task: Logged = {
    id: 'agent-7kq2wd', began: at, wallDelay: 0, openings: [], listened: false, isOver: false,
    at: () => at, relay: () => undefined, heard: () => undefined,
  };
  const log = new TaskLog(task, new Dispatcher<TaskEvent>(() => undefined), 200, 0);
  let seen = 0;
  new Observable<TaskEvent>((subscriber) => { log.subscribe(subscriber); }).subscribe((event) => { seen = (seen + event.seq) | 0; });
  const lines = scale.of(LINES);
  return { cpu: await cpuPerOperation(lines, () => {
    for (let n = 0; n < lines; n++) log.line(texts[n & 1023]!);
    return seen;
  }) };
};

const theirs = (peer: () => Subject<LineEvent>, make: (seq: number) => LineEvent): Variant => async (scale) => {
  const events = peer();
  let seen = 0;
  events.subscribe((event) => { seen = (seen + event.seq) | 0; });
  const lines = scale.of(LINES);
  return { cpu: await cpuPerOperation(lines, () => {
    for (let seq = 0; seq < lines; seq++) events.next(make(seq));
    return seen;
  }) };
};

/** From the child's `next` to an observer of the task's events. */
async function whole(child: Subscriber<string>, lines: number): Promise<number> {
  return cpuPerOperation(lines, () => {
    for (let n = 0; n < lines; n++) child.next(texts[n & 1023]!);
  });
}

export const fullWindow: Bench<'ours' | 'replay' | 'pooledReplay' | 'bare' | 'whole' | 'plain'> = {
  name: 'full-window',
  rounds: 5,
  variants: {
    ours,
    replay: theirs(() => new ReplaySubject<LineEvent>(200), lineEvent),
    pooledReplay: theirs(() => new ReplaySubject<LineEvent>(200), pooled),
    bare: theirs(() => new Subject<LineEvent>(), lineEvent),
    whole: async (scale) => {
      const { tasks: [task], children: [child] } = ourProducers(1);
      let seen = 0;
      task!.events.subscribe((event) => { seen = (seen + event.seq) | 0; });
      return { cpu: await whole(child!, scale.of(LINES)), seen };
    },
    plain: async (scale) => {
      const { tasks: [task], children: [child] } = plainProducers(1);
      let seen = 0;
      task!.output.subscribe((event) => { seen = (seen + event.seq) | 0; });
      return { cpu: await whole(child!, scale.of(LINES)), seen };
    },
  },
  rows: [
    {
      name: 'full-window', wanted: '>=', must: 8, aim: 15, unit: '×',
      peer: 'ReplaySubject(200) / the log, one observer each, a new event each',
      ratio: (round) => round.replay['cpu']! / round.ours['cpu']!,
      figures: (medians) => `${ns(medians.replay['cpu'])} / ${ns(medians.ours['cpu'])} a line`,
    },
    {
      name: 'full-window: no garbage', wanted: '>=', must: null, aim: null, unit: '×',
      peer: 'the same where the ReplaySubject is given events that were made beforehand and come again: the least that it costs',
      ratio: (round) => round.pooledReplay['cpu']! / round.ours['cpu']!,
      figures: (medians) => `${ns(medians.pooledReplay['cpu'])} / ${ns(medians.ours['cpu'])} a line`,
    },
    {
      name: 'full-window: no window at all', wanted: '>=', must: null, aim: null, unit: '×',
      peer: 'a bare Subject / the log: what making the event and telling one observer cost anyway',
      ratio: (round) => round.bare['cpu']! / round.ours['cpu']!,
      figures: (medians) => `${ns(medians.bare['cpu'])} / ${ns(medians.ours['cpu'])} a line`,
    },
    {
      name: 'full-window: the whole path', wanted: '>=', must: 5, aim: 8, unit: '×',
      peer: 'the plain RxJS design / a task, from the child’s next to an observer of its events',
      ratio: ({ plain, whole: task }) => plain['cpu']! / task['cpu']!,
      figures: ({ plain, whole: task }) => `${ns(plain['cpu'])} / ${ns(task['cpu'])} a line`,
    },
  ],
};

const ns = (value = NaN): string => `${value.toFixed(0)} ns`;
