import * as fc from 'fast-check';
import type { Fact, Json, KeptEnding, Page, StoreOpening } from '../../../src/stores/index.js';
import { asked } from './facts.js';

/** One thing that is done to a store. */
export type Step =
  | { readonly type: 'commit'; readonly facts: readonly Fact[] }
  | { readonly type: 'print'; readonly id: string; readonly page: Page }
  /** Closed, and opened again. */
  | { readonly type: 'reopen'; readonly by: StoreOpening };

/** Any string: NUL, halves of characters and what no line holds. */
export const anyText = fc.oneof(
  fc.string(),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom('', '\0', 'a\0b', '\ud800', '\udc00\ud800', '🙂', '"\\\u2028', 'x'.repeat(5_000)),
);
const anyJson = fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }) as fc.Arbitrary<Json>;
const anyLines = fc.array(fc.tuple(anyText, fc.nat()), { maxLength: 6 });
const anyUsage = fc.option(fc.record({ inputTokens: fc.nat(), outputTokens: fc.nat() }), { nil: undefined });
const anyEnding: fc.Arbitrary<KeptEnding> = fc.oneof(
  fc.record({ type: fc.constant('completed' as const), result: anyJson }),
  fc.record({ type: fc.constant('cancelled' as const), reason: anyText }),
  anyText.map((message) => ({ type: 'failed' as const, error: { code: 'agent_error' as const, name: 'Error', message } })),
);
export const anyOpening: fc.Arbitrary<StoreOpening> = fc.record({
  holder: fc.constant('a history'), heard: fc.nat(6), unheard: fc.nat(6), evicted: fc.nat(20),
});

/** What a story is told with: each part picks its task by a number, whether there is one or not. */
const anyMove = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('create' as const), waits: fc.boolean(), brief: anyText, odd: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('start' as const), which: fc.nat(), attempt: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('attempt' as const), which: fc.nat(), attempt: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 4, arbitrary: fc.record({
    what: fc.constant('steer' as const), which: fc.nat(), letter: fc.nat(3),
    state: fc.constantFrom('queued' as const, 'delivered' as const, 'missed' as const), text: anyText,
  }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('ask' as const), which: fc.nat(), question: fc.nat(5), text: anyText }) },
  { weight: 3, arbitrary: fc.record({
    what: fc.constant('answer' as const), which: fc.nat(), question: fc.nat(5), answer: anyJson,
    how: fc.constantFrom('answer' as const, 'declined' as const, 'default' as const, 'unanswered' as const, 'withdrawn' as const),
  }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('save' as const), which: fc.nat(), checkpoint: anyJson }) },
  { weight: 6, arbitrary: fc.record({
    what: fc.constant('end' as const), which: fc.nat(), ending: anyEnding, lines: anyLines, heard: fc.boolean(), usage: anyUsage,
  }) },
  { weight: 2, arbitrary: fc.record({
    what: fc.constant('tell' as const), those: fc.array(fc.nat(), { maxLength: 4 }), mark: fc.nat(3), isCall: fc.boolean(),
  }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('hear' as const), those: fc.array(fc.nat(), { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('evict' as const), those: fc.array(fc.nat(), { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('suspend' as const), those: fc.array(fc.nat(), { maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({
    what: fc.constant('close' as const), scope: fc.nat(4), those: fc.array(fc.nat(), { maxLength: 4 }),
  }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('spend' as const), scope: fc.nat(4), usage: anyUsage }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('pause' as const), paused: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({
    what: fc.constant('print' as const), which: fc.nat(), lines: anyLines, keep: fc.integer({ min: 1, max: 8 }), usage: anyUsage,
  }) },
  { weight: 4, arbitrary: fc.constant({ what: 'commit' as const }) },
  { weight: 1, arbitrary: anyOpening.map((by) => ({ what: 'reopen' as const, by })) },
);

const SCOPES = ['scope:a', 'scope:a/b', 'scope:ab', 'scope:t-1/🙂', 'scope:t-1'] as const;
/** The scopes in which the task of that number is. */
const scopesOf = (n: number): readonly string[] => [[], ['scope:a/b', 'scope:a'], ['scope:ab'], ['scope:t-1/🙂']][n % 4]!;

/** A story of a store: groups of facts, also about tasks that have ended or never were, lines, and lives. */
export const anyHistory: fc.Arbitrary<readonly Step[]> = fc.array(anyMove, { minLength: 5, maxLength: 60 }).map((moves) => {
  const ids: string[] = [];
  const printed = new Map<string, number>();
  const steps: Step[] = [];
  let group: Fact[] = [{ type: 'begun', seed: 42 }];
  let order = 0;
  const idOf = (which: number): string => ids[which % (ids.length + 1)] ?? 'never-was';
  const commit = (): void => {
    if (group.length > 0) steps.push({ type: 'commit', facts: group });
    group = [];
  };
  for (const move of moves) {
    switch (move.what) {
      case 'create': {
        const n = ids.length + 1;
        const id = move.odd ? `${move.brief.slice(0, 8)}-${n}` : `t-${n}`;
        group.push({
          type: 'created', id, n, agent: 'worker', named: n % 2 === 0, parentIds: [...ids.slice(-2), ...scopesOf(n)],
          brief: { goal: move.brief, n },
          options: { detached: n % 3 === 0, ...n % 4 === 0 && { key: move.brief, meta: { n: `${n}` } } },
          createdAt: n, ...(!move.waits && { startedAt: n + 1 }),
        });
        ids.push(id);
        break;
      }
      case 'start': group.push({ type: 'started', id: idOf(move.which), at: 50, attempt: move.attempt, tries: move.attempt }); break;
      case 'attempt': group.push({ type: 'attempted', id: idOf(move.which), attempt: move.attempt }); break;
      case 'steer': {
        const { state, text } = move;
        const id = `s${move.letter}`;
        group.push({ type: 'steered', taskId: idOf(move.which), id, state, text, ...(state === 'delivered' && { step: 1 }) });
        break;
      }
      case 'ask': {
        const id = idOf(move.which);
        group.push({ type: 'asked', id, question: asked(id, move.question, move.text) });
        break;
      }
      case 'answer': {
        const { how, answer } = move;
        group.push({ type: 'answered', id: idOf(move.which), questionId: `q${move.question}`, how, ...how === 'answer' && { answer } });
        break;
      }
      case 'save': group.push({ type: 'saved', id: idOf(move.which), checkpoint: move.checkpoint }); break;
      case 'end': {
        const { ending, lines, heard, usage } = move;
        group.push({
          type: 'ended', id: idOf(move.which), attempt: 2, log: { lines, count: lines.length, others: [], gone: 0 }, activeAt: 60, ending,
          at: 70, seq: 9, order: order += 1, heard, weight: 3, ...(usage !== undefined && { usage }),
        });
        break;
      }
      case 'tell': {
        group.push({ type: 'told', kind: move.isCall ? 'call' : 'batch', mark: `m${move.mark}`, ids: [...new Set(move.those.map(idOf))] });
        break;
      }
      case 'hear': group.push({ type: 'heard', ids: move.those.map(idOf) }); break;
      case 'evict': group.push({ type: 'evicted', ids: move.those.map(idOf), at: 80 }); break;
      case 'suspend': group.push({ type: 'suspended', ids: move.those.map(idOf) }); break;
      case 'close': group.push({ type: 'closed', scope: SCOPES[move.scope]!, ids: move.those.map(idOf) }); break;
      case 'spend': {
        const { usage = { inputTokens: 1, outputTokens: 0, costUsd: 0.5 } } = move;
        group.push({ type: 'spent', place: ['', ...SCOPES][move.scope]!, usage });
        break;
      }
      case 'pause': group.push({ type: 'paused', paused: move.paused }); break;
      case 'print': {
        commit();
        const id = idOf(move.which);
        const first = printed.get(id) ?? 0;
        printed.set(id, first + move.lines.length);
        const { lines, keep, usage } = move;
        steps.push({ type: 'print', id, page: { first, lines, keep, activeAt: 100 + first, ...(usage !== undefined && { usage }) } });
        break;
      }
      case 'commit': commit(); break;
      case 'reopen':
        commit();
        steps.push({ type: 'reopen', by: move.by });
        break;
    }
  }
  commit();
  return steps;
});

/** A value as JSON, whatever the order of its fields; what is undefined is not there. */
export const canonical = (value: unknown): string => JSON.stringify(value, (_key, part: unknown) => (
  typeof part === 'object' && part !== null && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part
));
