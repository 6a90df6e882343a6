import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { diskFiles } from '../../../examples/corpus/files.js';
import { DirectoryError, openDirectory } from '../../../examples/corpus/openDirectory.js';
import { errno } from '../support/errno.js';
import { makeDirectory } from '../support/makeDirectory.js';

describe('openDirectory', () => {
  const { path, remove } = makeDirectory({ 'a.md': 'a' });
  mkdirSync(join(path, 'empty'));
  symlinkSync('loop', join(path, 'loop'));
  symlinkSync('.', join(path, 'link'));
  afterAll(remove);

  it('should answer the real path', async () => {
    expect(await openDirectory(join(path, 'link'))).toBe(realpathSync(path));
  });

  it.each([
    ['nowhere', 'There is no directory'],
    ['a.md', 'is a file, not a directory'],
    ['a.md/b', 'leads through a file'],
    ['empty', 'is empty'],
    ['loop', 'leads back to itself'],
  ])('should refuse %j in one sentence', async (name, sentence) => {
    const error = await openDirectory(join(path, name)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DirectoryError);
    expect((error as Error).message).toContain(sentence);
    expect((error as Error).message).toMatch(/^[^\n]*\.$/);
  });

  it.each(['EACCES', 'EPERM'])('should say what to do about %s, wherever it comes from', async (code) => {
    for (const method of ['resolve', 'isDirectory', 'list'] as const) {
      await expect(openDirectory(path, { ...diskFiles, [method]: errno(code) })).rejects.toThrow('may not be read by this user');
    }
  });

  it('should pass on what it has no sentence for', async () => {
    await expect(openDirectory(path, { ...diskFiles, list: errno('EIO') })).rejects.toThrow('cannot be read (EIO: of the test).');
  });
});
