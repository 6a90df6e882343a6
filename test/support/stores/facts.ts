import type { Fact, KeptEnding, KeptLog, KeptQuestion, Page } from '../../../src/stores/index.js';

type Of<T extends Fact['type']> = Extract<Fact, { readonly type: T }>;

/* Facts with everything filled in that a test does not care about. */

export const created = (n: number, what: Partial<Of<'created'>> = {}): Fact => ({
  type: 'created', id: `t-${n}`, n, agent: 'worker', named: true, parentIds: [], brief: { goal: `goal ${n}` }, options: {},
  createdAt: 1_000 + n, startedAt: 1_000 + n, ...what,
});

export const logOf = (count: number, length = 10): KeptLog => ({
  lines: Array.from({ length: count }, (_, at) => [`${at}`.padEnd(length, '.'), 2_000 + at] as const), count, others: [], gone: 0,
});

export const done: KeptEnding = { type: 'completed', result: 'done' };

export const ended = (n: number, what: Partial<Of<'ended'>> = {}): Fact => ({
  type: 'ended', id: `t-${n}`, attempt: 1, log: logOf(0), activeAt: 3_000, ending: done, at: 3_000 + n, seq: 1, order: n, heard: false,
  weight: 10, ...what,
});

export const pageOf = (first: number, count: number, keep = 200): Page => ({
  first, keep, activeAt: 5_000 + first + count,
  lines: Array.from({ length: count }, (_, at) => [`line ${first + at}`, 4_000 + first + at] as const),
});

export const letter = (n: number, id: string, state: 'queued' | 'delivered' | 'missed', text = `text of ${id}`): Fact =>
  ({ type: 'steered', taskId: `t-${n}`, id, state, text, ...(state === 'missed' && { reason: 'it ended' }) });

export const asked = (taskId: string, n: number, text = `question ${n}`): KeptQuestion['question'] =>
  ({ id: `q${n}`, taskId, agent: 'worker', kind: 'text', text, askedAt: 4_000 + n });
