import { LineSplitter } from '../src/core/internal/output/lineSplitter.js';
import type { Bench, Measurement, Row, Scale, Variant } from './support/bench.js';
import { heapInUse, use } from './support/measure.js';
import { ourProducers } from './support/producers.js';

const LINES = 200_000;
const TOKENS = 15;
const TOKEN = 4;
const LENGTH = TOKENS * TOKEN;
const CHUNK = 65_536;
const WINDOW = 200;

/** The text of line `n`, sixty characters, written into bytes: strings are made of these by whoever is measured. */
const bytesOf = (n: number): Buffer => Buffer.from(`line ${n} `.padEnd(LENGTH, 'of what a child has to say '), 'latin1');

/** Heap bytes of one line that `fill` puts into the array. */
const keeping = (fill: (kept: string[], lines: number) => void): Variant => async (scale: Scale) => {
  const lines = scale.of(LINES);
  fill([], 5_000);
  const kept: string[] = [];
  const before = await heapInUse();
  fill(kept, lines);
  const bytes = (await heapInUse() - before) / lines;
  if (kept.length < lines - CHUNK / LENGTH) throw new Error(`Only ${kept.length} of ${lines} lines were kept.`);
  use(kept);
  return { bytes };
};

function tokensOf(line: Buffer): string[] {
  return Array.from({ length: TOKENS }, (_, n) => line.toString('latin1', n * TOKEN, (n + 1) * TOKEN));
}

/** Chunks of 64 KiB, as they come from a pipe: some 1 074 lines each. */
function* chunksOf(lines: number, ending: string): Generator<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for (let n = 0; n < lines; n++) {
    pieces.push(bytesOf(n), Buffer.from(ending));
    size += LENGTH + ending.length;
    if (size >= CHUNK || n === lines - 1) {
      yield Buffer.concat(pieces).toString('latin1');
      pieces.length = size = 0;
    }
  }
}

const split = (ending: string) => (kept: string[], lines: number): void => {
  const splitter = new LineSplitter(CHUNK, (line) => kept.push(line));
  for (const chunk of chunksOf(lines, ending)) splitter.push(chunk);
};

/** What an agent prints goes into a window; here the texts are taken out of it each time it is full, so that only they are weighed. */
const windowed = (printed: (lines: number) => Iterable<string>) => (kept: string[], lines: number): void => {
  const { tasks: [task], children: [child] } = ourProducers(1);
  let full = WINDOW;
  for (const text of printed(lines)) {
    child!.next(text);
    if (--full > 0) continue;
    for (const line of task!.snapshot(WINDOW).preview) kept.push(line);
    full = WINDOW;
  }
};

type Name = 'flat' | 'tokens' | 'chunk' | 'crlf' | 'printedTokens' | 'printedSlices';

const variants: Record<Name, Variant> = {
  flat: keeping((kept, lines) => {
    for (let n = 0; n < lines; n++) kept.push(bytesOf(n).toString('latin1'));
  }),
  tokens: keeping((kept, lines) => {
    const splitter = new LineSplitter(CHUNK, (line) => kept.push(line));
    for (let n = 0; n < lines; n++) {
      for (const token of tokensOf(bytesOf(n))) splitter.push(token);
      splitter.push('\n');
    }
  }),
  chunk: keeping(split('\n')),
  crlf: keeping(split('\r\n')),
  printedTokens: keeping(windowed(function* (lines) {
    for (let n = 0; n < lines; n++) {
      let line = '';
      for (const token of tokensOf(bytesOf(n))) line += token;
      yield line;
    }
  })),
  printedSlices: keeping(windowed(function* (lines) {
    for (const chunk of chunksOf(lines, '\n')) yield* chunk.slice(0, -1).split('\n');
  })),
};

const bytes = (measurement: Measurement): string => `${measurement['bytes']!.toFixed(0)} B`;

const row = (name: string, peer: string, variant: Name): Row<Name> => ({
  name, peer, wanted: '<=', must: 1.5, aim: 1.1, unit: '×',
  ratio: (round) => round[variant]['bytes']! / round.flat['bytes']!,
  figures: (medians) => `${bytes(medians[variant])} / ${bytes(medians.flat)} a line, its place in an array included`,
});

export const lineMemory: Bench<Name> = {
  name: 'line-memory',
  rounds: 3,
  variants,
  rows: [
    row('line-memory: 15 tokens', 'a line that the splitter made of 15 tokens / one flat copy', 'tokens'),
    row('line-memory: 64 KiB chunk', 'a line that the splitter cut from a chunk of 64 KiB / one flat copy', 'chunk'),
    row('line-memory: 64 KiB chunk, CRLF', 'the same where lines end in CRLF', 'crlf'),
    row('line-memory: printed, 15 tokens', 'a line that the agent built by += and printed / one flat copy', 'printedTokens'),
    row('line-memory: printed, 64 KiB', 'a line that the agent cut from a chunk and printed / one flat copy', 'printedSlices'),
  ],
};
