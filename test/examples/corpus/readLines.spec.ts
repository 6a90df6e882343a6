import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { diskFiles } from '../../../examples/corpus/files.js';
import { readLines } from '../../../examples/corpus/readLines.js';
import { errno } from '../support/errno.js';
import { makeDirectory } from '../support/makeDirectory.js';

describe('readLines', () => {
  const { path, remove } = makeDirectory({
    'lf.md': 'a\nb\n',
    'crlf.md': '\uFEFFa\r\nb',
    'empty.md': '',
    'zero.md': 'a\0b',
    'latin.txt': Buffer.from('caf\xE9', 'latin1'),
    'large.txt': 'a\n'.repeat(600_000),
    'minified.js': 'a();'.repeat(6_000),
    'prose.md': `${'One paragraph of some length. '.repeat(20)}\n\n`.repeat(20),
    'photo.PNG': 'really text',
  });
  symlinkSync('lf.md', join(path, 'link.md'));
  execFileSync('mkfifo', [join(path, 'pipe.txt')]);
  afterAll(remove);

  it.each(['lf.md', 'crlf.md'])('should read the lines of %s as an editor counts them', async (name) => {
    expect(await readLines(path, name)).toMatchObject({ lines: ['a', 'b'] });
  });

  it('should read prose without line breaks', async () => {
    expect(await readLines(path, 'prose.md')).toMatchObject({ bytes: expect.any(Number) });
  });

  it.each([
    ['empty.md', 'empty'],
    ['zero.md', 'binary'],
    ['photo.PNG', 'binary'],
    ['latin.txt', 'not UTF-8'],
    ['large.txt', 'over 1 MB'],
    ['minified.js', 'minified or generated'],
    ['nowhere.md', 'unreadable'],
    ['link.md', 'unreadable'],
    ['pipe.txt', 'unreadable'],
  ])('should say why it did not read %s: %s', async (name, skipped) => {
    expect(await readLines(path, name)).toEqual({ skipped });
  });

  it('should answer also where it may not read', async () => {
    expect(await readLines(path, 'lf.md', { ...diskFiles, read: errno('EACCES') })).toEqual({ skipped: 'unreadable' });
  });
});
