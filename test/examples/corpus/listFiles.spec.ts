import { afterAll, describe, expect, it } from '@jest/globals';
import { symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { diskFiles } from '../../../examples/corpus/files.js';
import { listFiles } from '../../../examples/corpus/listFiles.js';
import { errno } from '../support/errno.js';
import { makeDirectory } from '../support/makeDirectory.js';

describe('listFiles', () => {
  const { path, remove } = makeDirectory({
    'z.md': '', 'B.md': '', 'a.md': '',
    'src/deep/x.ts': '', 'src/b.ts': '', 'docs/c.md': '',
    '.git/config': '', 'node_modules/p/index.js': '', 'package-lock.json': '', 'src/a.min.js': '', 'odd\nname.md': '',
  });
  symlinkSync('..', join(path, 'src/loop'));
  symlinkSync('a.md', join(path, 'link.md'));
  afterAll(remove);

  it('should list what is near to the root first, and each folder by name', async () => {
    const { paths, cut } = await listFiles(path);
    expect(paths).toEqual(['B.md', 'a.md', 'z.md', 'docs/c.md', 'src/b.ts', 'src/deep/x.ts']);
    expect(cut).toBe(false);
  });

  it('should count what it leaves out', async () => {
    expect(Object.fromEntries((await listFiles(path)).skipped)).toEqual({
      'left out directory': 2,
      'minified or generated': 2,
      'odd name': 1,
      'symbolic link': 2,
    });
  });

  it('should leave out what a project has built, and only that', async () => {
    const project = makeDirectory({ 'package.json': '{}', 'dist/a.js': '', 'src/build/b.ts': '' });
    expect((await listFiles(project.path)).paths).toEqual(['package.json', 'src/build/b.ts']);
    project.remove();
  });

  it('should read node_modules when that is what it was given', async () => {
    expect((await listFiles(join(path, 'node_modules'))).paths).toEqual(['p/index.js']);
  });

  it('should stop at its limit and say so', async () => {
    expect(await listFiles(path, { limit: 2 })).toMatchObject({ paths: ['B.md', 'a.md'], cut: true });
    expect((await listFiles(path, { limit: 6 })).cut).toBe(false);
  });

  it('should go on where a folder may not be read', async () => {
    const list: typeof diskFiles.list = (folder) => (basename(folder) === 'src' ? errno('EACCES')() : diskFiles.list(folder));
    const { paths, skipped } = await listFiles(path, { files: { ...diskFiles, list } });
    expect(paths).toEqual(['B.md', 'a.md', 'z.md', 'docs/c.md']);
    expect(skipped.get('unreadable directory')).toBe(1);
  });

  it('should stop when it is told to', async () => {
    await expect(listFiles(path, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
  });
});
