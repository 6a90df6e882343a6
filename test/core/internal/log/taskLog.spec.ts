import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Observable } from 'rxjs';
import { Dispatcher } from '../../../../src/core/internal/log/dispatcher.js';
import { TaskLog, type Logged } from '../../../../src/core/internal/log/taskLog.js';
import type { LineEvent, QueuedEvent, StartedEvent, TaskEvent } from '../../../../src/index.js';

/** So many events that are no lines are kept. */
const OTHERS = 200;

const CREATED = 1_000;

/** A task that has begun in so many steps, and its log. The clock goes on with each look at it. */
function begin(lines: number, opened: 0 | 1 | 2 = 0) {
  const id = 'agent-7kq2wd';
  const opening = { taskId: id, attempt: 1, agent: 'agent', goal: 'print', depth: 1 };
  const openings: (QueuedEvent | StartedEvent)[] = [
    { ...opening, seq: 0, at: CREATED, type: 'queued' } as const, { ...opening, seq: 1, at: CREATED + 1, type: 'started' } as const,
  ].slice(0, opened);
  let clock = 0;
  const task = {
    id, began: CREATED, wallDelay: 0, openings, listened: false, heards: 0,
    isOver: false,
    at: () => CREATED + ++clock,
    relay: () => undefined,
    heard: () => { task.heards += 1; },
  } satisfies Logged & { heards: number };
  const log = new TaskLog(task, new Dispatcher<TaskEvent>(() => undefined), lines, opened);
  const events = new Observable<TaskEvent>((subscriber) => { log.subscribe(subscriber); });
  const replay = (): TaskEvent[] => {
    const seen: TaskEvent[] = [];
    events.subscribe((event) => seen.push(event)).unsubscribe();
    return seen;
  };
  return { task, log, events, replay };
}

type Kind = 'line' | 'cut' | 'step';

function put({ task, log }: ReturnType<typeof begin>, kind: Kind, n: number): void {
  task.wallDelay = n * 7;
  if (kind === 'step') log.append({ type: 'step' });
  else log.line(`line number ${n}`, kind === 'cut' ? n : undefined);
}

/** What was told to an observer who was there from the beginning, and the log. */
function fill(lines: number, kinds: readonly Kind[], opened: 0 | 1 | 2 = 0) {
  const begun = begin(lines, opened);
  const all: TaskEvent[] = [];
  begun.events.subscribe((event) => all.push(event));
  for (const [n, kind] of kinds.entries()) put(begun, kind, n);
  return { ...begun, all };
}

const line = (event: TaskEvent): event is LineEvent => event.type === 'line';

describe('TaskLog', () => {
  it('should stamp what it is given', () => {
    const { all } = fill(3, ['line', 'cut', 'step'], 1);
    const base = { taskId: 'agent-7kq2wd', attempt: 1 };
    expect(all.slice(1)).toEqual([
      { ...base, seq: 1, at: CREATED, type: 'line', text: 'line number 0' },
      { ...base, seq: 2, at: CREATED + 7, type: 'line', text: 'line number 1', cut: 1 },
      { ...base, seq: 3, at: CREATED + 1, type: 'step' },
    ]);
  });

  it('should replay everything where nothing has been dropped', () => {
    const { replay, all } = fill(5, ['step', 'line', 'step', 'line', 'line', 'step'], 2);
    expect(all.map(({ type }) => type).slice(0, 3)).toEqual(['queued', 'started', 'step']);
    expect(replay()).toEqual(all);
  });

  it('should leave out what is older than the oldest line, once lines have been dropped', () => {
    const { replay, all } = fill(2, ['step', 'line', 'step', 'line', 'step', 'line']);
    expect(replay()).toEqual(all.slice(3));
  });

  it('should leave out lines that are older than the oldest other event, once such have been dropped', () => {
    const { log, replay, all } = fill(5, ['line', ...Array.from({ length: OTHERS + 1 }, () => 'step' as const)]);
    expect(replay()).toEqual(all.slice(2));
    expect(log.window.tail(5)).toEqual(['line number 0']);
  });

  it('should count openings among the other events that are kept', () => {
    const { replay, all } = fill(5, Array.from({ length: OTHERS - 1 }, () => 'step' as const), 2);
    expect(all).toHaveLength(OTHERS + 1);
    expect(replay()).toEqual(all.slice(1));
  });

  it('should always replay a contiguous suffix in the order of seq, as far back as both kinds go', () => {
    const burst = fc.record({ kind: fc.constantFrom<Kind>('line', 'cut', 'step'), length: fc.oneof(fc.nat(4), fc.nat(250)) });
    const limit = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 15, max: 18 }), fc.constant(200));
    fc.assert(fc.property(fc.array(burst, { maxLength: 8 }), limit, fc.constantFrom<0 | 1 | 2>(0, 1, 2), (runs, lines, opened) => {
      const kinds = runs.flatMap(({ kind, length }) => Array.from({ length }, () => kind));
      const { log, replay, all } = fill(lines, kinds, opened);
      const others = all.filter((event) => !line(event));
      const oldestLine = all.filter(line).at(-lines - 1) === undefined ? 0 : all.filter(line).at(-lines)!.seq;
      const oldestOther = others.at(-OTHERS - 1) === undefined ? 0 : others.at(-OTHERS)!.seq;
      expect(all.map(({ seq }) => seq)).toEqual(all.map((_, n) => n));
      expect(replay()).toEqual(all.slice(Math.max(oldestLine, oldestOther)));
      expect(log.window.cut).toBe(all.filter(line).slice(-lines).filter(({ cut }) => cut !== undefined).length);
    }));
  });

  it('should be the same for everybody, whoever freezes or keeps what he is given, and whenever he comes', () => {
    const put1 = fc.constantFrom<Kind | 'observe' | 'freeze'>('line', 'line', 'line', 'cut', 'step', 'observe', 'freeze');
    fc.assert(fc.property(fc.array(put1, { maxLength: 120 }), fc.constantFrom(1, 2, 3, 17, 200), (acts, lines) => {
      const begun = begin(lines, 1);
      const all: TaskEvent[] = [];
      begun.events.subscribe((event) => all.push(event));
      const watchers: TaskEvent[][] = [];
      for (const [n, act] of acts.entries()) {
        if (act === 'observe' || act === 'freeze') {
          const seen: TaskEvent[] = [];
          watchers.push(seen);
          begun.events.subscribe((event) => seen.push(act === 'freeze' ? Object.freeze(event) : event));
          expect(seen).toEqual(seen.length === 0 ? [] : all.slice(-seen.length));
        } else {
          put(begun, act, n);
        }
      }
      begun.log.end(begun.log.outcomeOf({ type: 'cancelled', reason: 'enough' }));
      for (const seen of watchers) expect(seen).toEqual(all.slice(-seen.length));
      const late = begun.replay();
      expect(late).toEqual(all.slice(-late.length));
      expect(late.at(-1)).toMatchObject({ type: 'cancelled', seq: all.length - 1 });
    }));
  });

  it('should give each line the attempt that the event before it belongs to', () => {
    const begun = fill(40, ['line', 'step', 'line'], 1);
    begun.log.attempt = 2;
    for (const [n, kind] of (['step', 'line', 'line', 'step', 'line'] as const).entries()) put(begun, kind, n);
    expect(begun.all.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2]);
    expect(begun.replay()).toEqual(begun.all);
  });

  it('should hand a line that is printed from inside a replay to the observer after it', () => {
    const begun = fill(2, ['line', 'line', 'line'], 0);
    const seen: string[] = [];
    begun.events.subscribe((event) => {
      if (!line(event)) return;
      seen.push(event.text);
      if (event.text === 'line number 1') for (let n = 3; n < 40; n++) put(begun, 'line', n);
    });
    expect(seen).toEqual(Array.from({ length: 39 }, (_, n) => `line number ${n + 1}`));
  });

  it('should say that the outcome was heard, only where an observer was given it', () => {
    const silent = begin(3);
    silent.log.end(silent.log.outcomeOf({ type: 'completed', result: 1 }));
    expect(silent.task.heards).toBe(0);
    silent.replay();
    expect(silent.task.heards).toBe(1);
    const { log, task } = fill(3, ['line']);
    log.end(log.outcomeOf({ type: 'completed', result: 1 }));
    expect(task.heards).toBe(1);
  });
});
