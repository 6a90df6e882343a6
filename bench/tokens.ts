import { LineSplitter } from '../src/core/internal/output/lineSplitter.js';
import type { Bench } from './support/bench.js';
import { cpuPerOperation } from './support/measure.js';

const TOKENS = 300_000;
const TOKEN = 4;

/**
 * Tokens of four characters, about fifteen a line. Every fourth line ends in CRLF, and every sixteenth has an emoji. The tokens are cut
 * anywhere, also between CR and LF and between the halves of an emoji.
 */
function tokensOf(count: number, endings: (line: number) => string, middles: (line: number) => string): string[] {
  const words = Array.from({ length: Math.ceil(count * TOKEN / 56) }, (_, n) =>
    `line ${10_000 + n % 10_000} of a model's answer, ${middles(n)}about sixty long${endings(n)}`).join('');
  // Through UTF-16 bytes: the halves of a pair stay halves, and each token is flat and of one byte a character where it can be.
  return Array.from({ length: count }, (_, n) => String.fromCharCode(...Array.from({ length: TOKEN }, (__, i) =>
    words.charCodeAt((n * TOKEN + i) % words.length))));
}

const mixed = (count: number): string[] => tokensOf(count, (n) => n % 4 === 0 ? '\r\n' : '\n', (n) => n % 16 === 0 ? '🦀 ' : '');
const unix = (count: number): string[] => tokensOf(count, () => '\n', () => '');

/** Looks for a newline in every token, and does nothing about it. */
async function floor(tokens: readonly string[]): Promise<number> {
  return cpuPerOperation(tokens.length, () => {
    let found = 0;
    for (let n = 0; n < tokens.length; n++) if (tokens[n]!.indexOf('\n') !== -1) found += 1;
    return found;
  });
}

async function split(tokens: readonly string[]): Promise<number> {
  let length = 0;
  const splitter = new LineSplitter(65_536, (line) => { length = (length + line.length) | 0; });
  return cpuPerOperation(tokens.length, () => {
    for (let n = 0; n < tokens.length; n++) splitter.push(tokens[n]!);
    splitter.flush();
    return length;
  });
}

const ns = (value = NaN): string => `${value.toFixed(1)} ns`;

export const tokens: Bench<'floor' | 'splitter' | 'unixFloor' | 'unixSplitter'> = {
  name: 'tokens',
  rounds: 5,
  variants: {
    floor: async (scale) => ({ cpu: await floor(mixed(scale.of(TOKENS))) }),
    splitter: async (scale) => ({ cpu: await split(mixed(scale.of(TOKENS))) }),
    unixFloor: async (scale) => ({ cpu: await floor(unix(scale.of(TOKENS))) }),
    unixSplitter: async (scale) => ({ cpu: await split(unix(scale.of(TOKENS))) }),
  },
  rows: [
    {
      name: 'tokens', wanted: '<=', must: 4, aim: 2.5, unit: '×',
      peer: 'the splitter / bare indexOf, four characters a token, some CRLF, some emoji cut in two',
      ratio: (round) => round.splitter['cpu']! / round.floor['cpu']!,
      figures: (medians) => `${ns(medians.splitter['cpu'])} / ${ns(medians.floor['cpu'])} a token`,
    },
    {
      name: 'tokens: LF and ASCII only', wanted: '<=', must: null, aim: null, unit: '×',
      peer: 'the same where no line has anything special',
      ratio: (round) => round.unixSplitter['cpu']! / round.unixFloor['cpu']!,
      figures: (medians) => `${ns(medians.unixSplitter['cpu'])} / ${ns(medians.unixFloor['cpu'])} a token`,
    },
  ],
};
