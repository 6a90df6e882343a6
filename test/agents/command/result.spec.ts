import { describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { command, type CommandOptions } from '../../../src/agents/command/index.js';
import { createSession, outcome, type Ending } from '../../../src/index.js';

/** How a program ends that writes these pieces to its stdout. */
async function endOf(pieces: readonly (string | readonly number[])[], options: CommandOptions = {}): Promise<Ending<string>> {
  const code = `
    const pieces = JSON.parse(require('fs').readFileSync(0, 'utf8'));
    const next = () => pieces.length > 0 && process.stdout.write(Buffer.from(pieces.shift()), () => setTimeout(next, 5));
    next();`;
  await using session = createSession({ cancelGrace: 60_000 });
  const task = session.delegate(command(process.execPath, ['-e', code], options), { goal: JSON.stringify(pieces) });
  return await firstValueFrom(task.events.pipe(outcome()));
}

const resultOf = async (pieces: readonly (string | readonly number[])[], options: CommandOptions = {}): Promise<unknown> => {
  const end = await endOf(pieces, options);
  return end.type === 'completed' ? end.result : end;
};

/** What tells a long text from a piece of it. */
const gist = (value: unknown): unknown => typeof value === 'string' && value.length > 200
  ? `${value.slice(0, 40)}…${value.slice(-10)}, ${value.length}` : value;

describe('command: its last line as the result', () => {
  const long = (length: number): string => `${'x'.repeat(length - 3)}end`;

  it.each<[string, readonly (string | readonly number[])[], unknown]>([
    ['two lines and a blank one', ['one\ntwo\n\n'], 'two'],
    ['blanks and tabs after it', ['one\n  \n\t\n'], 'one'],
    ['lines that end as on Windows', ['one\r\ntwo\r\n\r\n'], 'two'],
    ['no newline at its end', ['one\ntwo'], 'two'],
    ['blanks at its own end', ['one\ntwo \n'], 'two '],
    ['frames of a progress bar', ['10%\r50%\r100%\n'], '100%'],
    ['frames that end with one, in pieces', ['10%', '\r', '50%\r', '100%', '\r', '\n\n'], '100%'],
    ['a line and a bar that was wiped away', ['done\n10%\r\r\r', '\n'], '10%'],
    ['an order to a terminal behind a bare return', ['the answer\r\u001b[?25h\n'], 'the answer'],
    ['such an order after frames', ['progress 1\nprogress 2\rthe answer\r\u001b[0m\n'], 'the answer'],
    ['such an order in pieces', ['progress 1\nthe answer\r', '\u001b', '[3', '1m', '\r', '  \r\u001b(B\n'], 'the answer'],
    ['blank lines beyond what is kept', ['good\n', ' '.repeat(3_000_000), '\n'], 'good'],
    ['blanks beyond that behind it', ['good', ' '.repeat(3_000_000), '\n'], 'good'],
    ['many orders to a terminal after it', ['good\n', `${'\u001b[K'.repeat(400)}\n`, '\u001b]0;a title\u0007\n'], 'good'],
    ['words in an order to a terminal', ['\u001b]8;;http://x\u001b\\', 'link\u001b]8;;\u001b\\\n'],
      '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\'],
    ['orders to a terminal after it', ['done\n\u001b[0m\n\u001b[?25h'], 'done'],
    ['NUL in it and after it', ['a\0b\n\0\n'], 'a\0b'],
    ['the mark of its encoding in front', [[0xef, 0xbb, 0xbf], 'done\n'], 'done'],
    ['bytes that are no UTF-8', [[0x61, 0xff, 0x62, 0x0a]], 'a\ufffdb'],
    ['a character in two pieces', [[0xc3], [0xa9, 0x0a]], 'é'],
    ['a line beyond what is kept of lines', [long(100_000), '\n'], long(100_000)],
    ['such a line in words, without a newline', ['one\n', 'x '.repeat(50_000), 'end'], `${'x '.repeat(50_000)}end`],
    ['a line that is just as long as it may be', [long(1_000_000), '\n\n'], long(1_000_000)],
    ['one that is longer by one', [long(1_000_001), '\n'], `[… 1 characters left out …]\n${long(1_000_000)}`],
    ['one that is twice as long, without a newline', ['one\n', long(2_500_000)], `[… 1500000 characters left out …]\n${long(1_000_000)}`],
    ['long frames', ['y'.repeat(1_500_000), '\r', long(900_000)], long(900_000)],
  ])('should be whole and the right one: %s', async (_, pieces, expected) => {
    expect(gist(await resultOf(pieces))).toBe(gist(expected));
    expect(gist(await resultOf(pieces, { stderr: 'print' }))).toBe(gist(expected));
  });

  it('should be as long as it may be, and marked beyond', async () => {
    expect(await resultOf(['0123456789\n'], { maxResult: 10 })).toBe('0123456789');
    expect(await resultOf(['0123456789\n'], { maxResult: 9 })).toBe('[… 1 characters left out …]\n123456789');
    expect(await resultOf(['0123456789\n\n', ' \n'], { maxResult: 9, result: 'stdout' })).toBe('[… 1 characters left out …]\n123456789');
    expect(await resultOf(['good\n          \n'], { maxResult: 5 })).toBe('good');
    expect(await resultOf([`abc${' '.repeat(16)}\n`], { maxResult: 5 })).toBe('abc');
    expect(await resultOf([`abc${'\u001b[K'.repeat(400)}\r\u001b[K\n`], { maxResult: 5 })).toBe('abc');
    for (const maxResult of [0, -1, 1.5, NaN, Infinity, '9']) {
      expect(() => command('ls', [], { maxResult: maxResult as number })).toThrow(/`maxResult` to be a whole number from 1/);
    }
  });

  it.each([['nothing'], ['blank lines', '\n \n'], ['orders to a terminal', '\u001b[0m\n']])(
    'should be missed where it printed %s, whatever stands on stderr', async (_, ...pieces) => {
      const end = await endOf(pieces, { stderr: 'print' });
      expect(end).toMatchObject({ error: { code: 'no_result', message: expect.stringMatching(/printed nothing to stdout/) } });
    });
});

describe('command: all of stdout as the result', () => {
  it.each<[string, readonly string[], unknown]>([
    ['many blanks at its end', ['one\n\n', ' '.repeat(3_000_000)], 'one'],
    ['as many characters as may be, and a newline', ['x'.repeat(1_000_000), '\n'], 'x'.repeat(1_000_000)],
    ['one more', ['y', 'x'.repeat(1_000_000), '\n'], `[… 1 characters left out …]\n${'x'.repeat(1_000_000)}`],
    ['many blanks within', ['one', '\n'.repeat(100), 'two\n'], `one${'\n'.repeat(100)}two`],
    ['more blanks within than may be', ['one', ' '.repeat(2_500_000), 'two'],
      `[… 1500006 characters left out …]\n${' '.repeat(999_997)}two`],
    ['nothing', [], ''],
  ])('should be whole: %s', async (_, pieces, expected) => {
    expect(gist(await resultOf(pieces, { result: 'stdout' }))).toBe(gist(expected));
  });
});

describe('command: lines that are read', () => {
  it('should be whole up to `maxResult`, the first without the mark of its encoding', async () => {
    const read = (words: string) => ({ type: 'result' as const, value: (JSON.parse(words) as string).length });
    const agent = (maxResult: number) => endOf([[0xef, 0xbb, 0xbf], `"${'x'.repeat(1_500_000)}"\n`], { read, maxResult } as object);
    expect(await agent(2_000_000)).toMatchObject({ type: 'completed', result: 1_500_000 });
    expect(await agent(1_000_000)).toMatchObject({ type: 'completed', result: expect.stringMatching(/left out, longer than 1000000/) });
  });
});
