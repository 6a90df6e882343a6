import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryStore, type Fact } from '../../../src/stores/index.js';
import { sqlite } from '../../../src/stores/sqlite/index.js';
import { copyStore } from './fileBed.js';
import { created, ended, letter, logOf, pageOf } from './facts.js';
import { canonical } from './histories.js';

const ALL = { holder: 'the damage', heard: 1_000, unheard: 1_000, evicted: 1_000 };

/** A file as its owner left it, its log, and every state that was ever kept in it. */
export interface Remains {
  readonly file: Buffer;
  readonly log: Buffer | undefined;
  readonly states: ReadonlySet<string>;
}

/** A way in which a file, its log, or both are not any more what they were. */
export interface Wound {
  readonly what: string;
  readonly file?: Buffer | undefined;
  readonly log?: Buffer | undefined;
}

/** What became of a file that was opened with it. `wrong` is what must not be: it opened, and what it says never was. */
export type Verdict = 'whole' | 'older' | 'refused' | 'wrong';

/** Groups of a life of many tasks, with everything that a store keeps. */
function groups(seed: number): readonly (readonly Fact[])[] {
  const all: (readonly Fact[])[] = [[{ type: 'begun', seed }]];
  for (let n = 1; n <= 24; n += 1) {
    all.push([created(n, { brief: { goal: `goal ${n} of ${seed}`.repeat(n) }, parentIds: n > 3 ? [`t-${n - 3}`] : [] })]);
    all.push([letter(n, `s${n}`, 'queued'), { type: 'saved', id: `t-${n}`, checkpoint: { n, text: 'x'.repeat(20 * n) } }]);
    if (n % 4 !== 0) all.push([letter(n, `s${n}`, 'missed'), ended(n, { log: logOf(n * 4, 60), heard: n % 3 === 0 })]);
    if (n % 5 === 0) all.push([{ type: 'told', kind: 'batch', mark: `b${n}`, ids: [`t-${n - 3}`, `t-${n - 4}`] }]);
    if (n % 6 === 0) all.push([{ type: 'heard', ids: [`t-${n - 5}`] }, { type: 'evicted', ids: [`t-${n - 5}`, `t-${n - 3}`], at: 5 }]);
  }
  return all;
}

/** Lives a life in a directory, and leaves it killed, or closed in order. */
export async function remainsOf(directory: string, how: 'killed' | 'closed', seed = 1): Promise<Remains> {
  mkdirSync(directory);
  const path = join(directory, 'tasks.db');
  const store = sqlite(path);
  const memory = memoryStore();
  const states = new Set<string>();
  const note = async (): Promise<void> => {
    await memory.close();
    states.add(canonical({ ...await memory.open(ALL), epoch: 0 }));
  };
  await store.open(ALL);
  await note();
  store.print('t-4', pageOf(0, 1));
  for (const facts of groups(seed)) {
    await store.commit(facts);
    await memory.commit(facts);
    await note();
  }
  if (how === 'closed') await store.close();
  await copyStore(path, join(directory, 'copy.db'));
  await store.close();
  const log = `${join(directory, 'copy.db')}-wal`;
  return { file: readFileSync(join(directory, 'copy.db')), log: existsSync(log) ? readFileSync(log) : undefined, states };
}

/** Opens a wounded file in a directory of its own. */
export async function verdictOn({ states, ...whole }: Remains, wound: Wound, directory: string): Promise<Verdict> {
  mkdirSync(directory);
  const path = join(directory, 'tasks.db');
  const file = 'file' in wound ? wound.file : whole.file;
  const log = 'log' in wound ? wound.log : whole.log;
  if (file !== undefined) writeFileSync(path, file);
  if (log !== undefined) writeFileSync(`${path}-wal`, log);
  const store = sqlite(path);
  try {
    const kept = canonical({ ...await store.open(ALL), epoch: 0 });
    return kept === [...states].at(-1) ? 'whole' : states.has(kept) ? 'older' : 'wrong';
  } catch (error) {
    if ((error as { code?: unknown }).code === 'store_damaged') return 'refused';
    throw error;
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
}

const flipped = (whole: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(whole);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
};

/** Numbers from 0 below `below`, the same each time. */
function* numbers(seed: number, below: number): Generator<number, never, void> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield Math.floor((state / 2 ** 32) * below);
  }
}

/** Wounds of a file whose owner was killed: its log is all there is of most that was kept. */
export function* woundsOfKilled({ file, log }: Remains, other: Remains, step: number, flips: number): Generator<Wound, void, void> {
  const whole = log!;
  for (let length = 0; length <= whole.length; length += step) yield { what: `log cut at ${length}`, log: whole.subarray(0, length) };
  const bits = numbers(1, whole.length * 8);
  for (let at = 0; at < flips; at += 1) {
    const bit = bits.next().value;
    yield { what: `bit ${bit} of the log`, log: flipped(whole, bit) };
  }
  yield { what: 'no log', log: undefined };
  yield { what: 'an empty file with its log', file: Buffer.alloc(0) };
  yield { what: 'the log without its file', file: undefined };
  yield { what: 'noise for a file', file: Buffer.alloc(file.length, 'noise'), log: undefined };
  yield { what: 'the file of another', file: other.file };
}

/** Wounds of a file that was closed in order: all is in it. */
export function* woundsOfClosed({ file }: Remains, step: number, flips: number): Generator<Wound, void, void> {
  for (let length = step; length < file.length; length += step) yield { what: `file cut at ${length}`, file: file.subarray(0, length) };
  const bits = numbers(2, file.length * 8);
  for (let at = 0; at < flips; at += 1) {
    const bit = bits.next().value;
    yield { what: `bit ${bit} of the file`, file: flipped(file, bit) };
  }
}
