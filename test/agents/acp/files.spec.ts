import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { collect, createSession, type Session } from '../../../src/index.js';
import { readInside, writeInside } from '../../../src/agents/acp/connection/files.js';
import { actor, type Order } from '../../support/acp/actor.js';
import { rejection } from '../../support/caught.js';

let top: string;
let root: string;
beforeAll(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'sidestream-acp-')));
  root = join(top, 'a');
  await mkdir(join(root, 'sub'), { recursive: true });
  await mkdir(join(top, 'ab'));
  await writeFile(join(root, 'in.txt'), 'one\ntwo\r\nthree\nfour');
  await writeFile(join(top, 'out.txt'), 'secret');
  await writeFile(join(top, 'ab', 'out.txt'), 'secret');
  await symlink(join(top, 'out.txt'), join(root, 'link-out'));
  await symlink('in.txt', join(root, 'link-in'));
  await symlink(top, join(root, 'up'));
  await symlink(join(top, 'not-there'), join(root, 'dangling'));
  await symlink(join(root, 'not-there'), join(root, 'dangling-in'));
  await symlink('loop', join(root, 'loop'));
  await symlink(root, join(top, 'a-link'));
  await writeFile(join(root, 'huge'), '');
  await truncate(join(root, 'huge'), 9_000_000);
  execFileSync('mkfifo', [join(root, 'pipe')]);
});
afterAll(() => rm(top, { recursive: true, force: true }));

const inside = (...names: readonly string[]): string => join(root, ...names);

describe('files for an ACP agent', () => {
  it('should be read whole, or by lines', async () => {
    expect(await readInside(root, inside('in.txt'))).toBe('one\ntwo\r\nthree\nfour');
    expect(await readInside(root, inside('in.txt'), { line: 2, limit: 2 })).toBe('two\r\nthree\n');
    expect(await readInside(root, inside('in.txt'), { line: 4 })).toBe('four');
    expect(await readInside(root, inside('in.txt'), { limit: 1 })).toBe('one\n');
    expect(await readInside(root, inside('in.txt'), { line: 0, limit: 0 })).toBe('');
    expect(await readInside(root, inside('in.txt'), { line: 99 })).toBe('');
    expect(await readInside(root, inside('link-in'))).toContain('one');
    expect(await readInside(join(top, 'a-link'), join(top, 'a-link', 'in.txt'))).toContain('one');
    expect(await readInside(join(top, 'a-link'), inside('in.txt'))).toContain('one');
  });

  it.each([
    ['a parent', () => `${root}/../out.txt`], ['a parent in between', () => `${root}/sub/../../out.txt`], ['elsewhere', () =>
      '/etc/hostname'],
    ['a sibling whose name begins alike', () => join(top, 'ab', 'out.txt')], ['a link out', () => inside('link-out')],
    ['a directory link out', () => inside('up', 'out.txt')], ['a link to nowhere', () => inside('dangling')], ['a loop', () =>
      inside('loop')],
    ['a relative path', () => 'in.txt'], ['a NUL', () => `${inside('in.txt')}\0.png`], ['a directory', () => inside('sub')],
    ['the root itself', () => root], ['a pipe', () => inside('pipe')], ['what is not there', () => inside('nothing')], ['nothing', () =>
      ''],
    ['a huge file', () => inside('huge')], ['what is under a file', () => inside('in.txt', 'x')],
  ])('should not be read: %s', async (_, path) => {
    const error = await rejection(readInside(root, path()));
    expect(error).toMatchObject({ name: 'FileRefused' });
    expect((error as Error).message).not.toContain('secret');
  });

  it.each([
    ['a parent', () => `${root}/../new.txt`], ['a sibling whose name begins alike', () => join(top, 'ab', 'new.txt')],
    ['a link out', () => inside('link-out')], ['a new file by a directory link out', () => inside('up', 'new.txt')],
    ['a link to nowhere', () => inside('dangling')], ['a link to nowhere inside', () => inside('dangling-in')],
    ['a new file in no directory', () => inside('no', 'new.txt')], ['a directory', () => inside('sub')], ['a NUL', () => inside('x\0')],
    ['a new file whose name ends in a slash', () => `${inside('link-out')}/`], ['a pipe', () => inside('pipe')],
  ])('should not be written: %s', async (_, path) => {
    expect(await rejection(writeInside(root, path(), 'overwritten'))).toMatchObject({ name: 'FileRefused' });
    expect(await readFile(join(top, 'out.txt'), 'utf8')).toBe('secret');
    for (const each of [join(top, 'new.txt'), join(top, 'not-there'), join(top, 'ab', 'new.txt'), inside('not-there')]) {
      expect(await stat(each).catch(() => undefined)).toBeUndefined();
    }
  });

  it('should be made, replaced and emptied', async () => {
    await writeInside(root, inside('sub', 'made'), 'a long text');
    await writeInside(root, inside('sub', 'made'), 'short');
    expect(await readFile(inside('sub', 'made'), 'utf8')).toBe('short');
    await writeInside(root, inside('sub', 'made'), '');
    expect(await readFile(inside('sub', 'made'), 'utf8')).toBe('');
    expect(await rejection(writeInside(root, inside('big'), 'x'.repeat(9_000_000)))).toMatchObject({ name: 'FileRefused' });
  });

  it('should stay inside while a directory is swapped for a link to and fro', async () => {
    const [spare, at] = [inside('spare'), inside('swapped')];
    await mkdir(at);
    await writeFile(join(at, 'f'), 'inside');
    await writeFile(join(top, 'ab', 'f'), 'secret');
    const swaps = { isOver: false };
    const swapping = (async () => {
      while (!swaps.isOver) {
        await rename(at, spare);
        await symlink(join(top, 'ab'), at);
        await unlink(at);
        await rename(spare, at);
      }
    })();
    const outcomes = new Set<string>();
    for (let n = 0; n < 1_500; n++) {
      outcomes.add(await readInside(root, join(at, 'f')).catch((error: unknown) => (error as Error).name));
      await writeInside(root, join(at, `new-${n}`), 'x').catch(() => undefined);
      await writeInside(root, join(at, 'f'), 'inside').catch(() => undefined);
    }
    swaps.isOver = true;
    await swapping;
    // Which of the two, and how often, is the machine's; what is outside is never among them.
    expect([...outcomes].filter((outcome) => outcome !== 'FileRefused' && outcome !== 'inside')).toEqual([]);
    expect(await readInside(root, join(at, 'f'))).toBe('inside');
    expect((await readdir(join(top, 'ab'))).sort()).toEqual(['f', 'out.txt']);
    expect(await readFile(join(top, 'ab', 'f'), 'utf8')).toBe('secret');
  });

  describe('asked for by the agent', () => {
    let session: Session;
    beforeEach(() => { session = createSession(); });
    afterEach(async () => { await session.close(); });
    const read = (path: string, more: object = {}): Order => ({ request: { method: 'fs/read_text_file', params: { path, ...more } } });
    const write = (path: string): Order => ({ request: { method: 'fs/write_text_file', params: { path, content: 'written' } } });
    const told = async (order: Order, files: 'none' | 'read' | 'write'): Promise<unknown> =>
      JSON.parse(await collect(session.delegate(actor({ turns: [[order]] }, { files, cwd: root }), { goal: 'x' })));

    it('should be read only where that is allowed', async () => {
      expect(await told(read(inside('in.txt'), { limit: 1 }), 'read')).toEqual({ content: 'one\n' });
      expect(await told(read(inside('in.txt')), 'none')).toMatchObject({ code: -32601 });
      expect(await told(read(join(top, 'out.txt')), 'write')).toMatchObject({ code: -32602, refused: expect.stringContaining('outside') });
    });

    it('should be written only where that is allowed', async () => {
      expect(await told(write(inside('written')), 'write')).toEqual({});
      expect(await readFile(inside('written'), 'utf8')).toBe('written');
      expect(await told(write(inside('unwritten')), 'read')).toMatchObject({ code: -32601 });
      expect(await told(write(join(top, 'ab', 'written')), 'write')).toMatchObject({ code: -32602 });
      expect(await told({ request: { method: 'fs/write_text_file', params: { path: 7 } } }, 'write')).toMatchObject({ code: -32602 });
    });
  });
});
