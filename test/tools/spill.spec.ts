import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NEVER } from 'rxjs';
import { z } from 'zod';
import { createSession, parts, result, type AgentAnswer, type SessionOptions } from '../../src/index.js';
import { createSpill } from '../../src/tools/answers/spill.js';
import { createToolset } from '../../src/tools/index.js';
import { call } from './support/call.js';

const LONG = Array.from({ length: 4_000 }, (_, n) => `row ${n}`).join('\n');
const rows = Array.from({ length: 5_000 }, (_, n) => ({ n, name: `row ${n}` }));

let folder: string;
let spill: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sidestream-spill-'));
  spill = join(folder, 'results', 'long');
});
afterEach(async () => { await rm(folder, { recursive: true }); });

function setUp(answer: () => AgentAnswer, more: object = {}, options: SessionOptions = {}) {
  const session = createSession(options);
  const agents = { writer: { agent: answer, description: 'Writes.', ...more } };
  return { session, ...createToolset(session, { agents, spill }) };
}

describe('what does not fit into an answer, with spill', () => {
  it('should be written to a file that the answer names, head and tail shown', async () => {
    const { delegate_task } = setUp(() => result(LONG));
    const answer = await call(delegate_task, { goal: 'write' });
    const file = String(answer['file']);
    expect(file).toBe(join(spill, `${String(answer['task_id'])}.txt`));
    expect(answer).toMatchObject({ truncated: true, message: `All of it is in the file ${file}.` });
    expect(answer['summary']).toMatch(/^row 0\n[^]*characters left out[^]*row 3999$/);
    expect(await readFile(file, 'utf8')).toBe(LONG);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(spill)).mode & 0o777).toBe(0o700);
  });

  it('should be JSON where it is data, whole, also of a result with a schema', async () => {
    for (const more of [{}, { resultSchema: z.array(z.object({ n: z.number(), name: z.string() })) }]) {
      const { delegate_task_async } = setUp(() => result(rows), more);
      const answer = await call(delegate_task_async, { goal: 'write' });
      expect(answer['file']).toMatch(/\.json$/);
      expect(JSON.parse(await readFile(String(answer['file']), 'utf8'))).toEqual(rows);
      expect(answer['message']).toMatch(/was started and has ended already\. All of it is in the file /);
    }
  });

  it('should be what there was of a task that its schema has refused, and the texts of parts', async () => {
    const refused = await call(setUp(() => result(LONG), { resultSchema: z.number() }).delegate_task, { goal: 'write' });
    expect(refused).toMatchObject({ code: 'invalid_result', truncated: true });
    expect(await readFile(String(refused['file']), 'utf8')).toBe(LONG);
    const image = { type: 'image', mediaType: 'image/png', data: new Uint8Array(9) } as const;
    const made = await call(setUp(() => result(parts([{ type: 'text', text: LONG }, image]))).delegate_task, { goal: 'write' });
    expect(await readFile(String(made['file']), 'utf8')).toBe(`${LONG}\n[image/png, 9 bytes]`);
  });

  it('should be written once, and again where the file has gone', async () => {
    const { delegate_task, collect_task } = setUp(() => result(LONG));
    const { task_id, file } = await call(delegate_task, { goal: 'write' });
    await writeFile(String(file), 'changed by a reader');
    await Promise.all([call(collect_task, { task_id }), call(collect_task, { task_id })]);
    expect(await readFile(String(file), 'utf8')).toBe('changed by a reader');
    await unlink(String(file));
    expect(await call(collect_task, { task_id })).toMatchObject({ file });
    expect(await readFile(String(file), 'utf8')).toBe(LONG);
    expect(await readdir(spill)).toHaveLength(1);
  });

  it('should make nothing where everything fits, or where nothing has ended', async () => {
    const { delegate_task, session, collect_task } = setUp(() => ['short']);
    expect(await call(delegate_task, { goal: 'write' })).not.toHaveProperty('file');
    const { id: task_id } = session.delegate(() => NEVER, { goal: 'wait' });
    expect(await call(collect_task, { task_id, timeout: 0 })).not.toHaveProperty('file');
    expect(await readdir(folder)).toEqual([]);
    await session.close();
  });

  it('should say so where it cannot be written', async () => {
    await writeFile(join(folder, 'results'), 'a file, and no folder');
    const answer = await call(setUp(() => result(LONG)).delegate_task, { goal: 'write' });
    expect(answer).toMatchObject({ ok: true, message: 'All of it could not be written to a file.', truncated: true });
    expect(answer).not.toHaveProperty('file');
    expect(answer['summary']).toMatch(/^row 0\n/);
  });

  it('should follow no link that stands in its place', async () => {
    const other = join(folder, 'other.txt');
    await writeFile(other, 'not to be touched');
    const { delegate_task } = setUp(() => result(LONG), {}, { generateId: () => 'writer-1' });
    await createSpill(spill).write({ id: 'first' }, () => 'a', 'txt');
    await symlink(other, join(spill, 'writer-1.txt'));
    const { file } = await call(delegate_task, { goal: 'write' });
    expect(await readFile(other, 'utf8')).toBe('not to be touched');
    expect((await lstat(String(file))).isFile()).toBe(true);
    expect(await readFile(String(file), 'utf8')).toBe(LONG);
  });

  it('should lie in the directory, in a file of its own, whatever the id', async () => {
    const { write } = createSpill(spill);
    const ids = [
      '../../x', '/etc/passwd', '..', '.', '', 'a/b', 'a\\b', 'a\0b', 'CON', 'nul.x', 'x'.repeat(5_000), '-rf', 'ü', 'a b', 'a_b', '😀',
    ];
    const files = await Promise.all(ids.map((id) => write({ id }, () => id, 'txt')));
    expect(new Set(files).size).toBe(ids.length);
    for (const [n, file] of files.entries()) {
      expect(dirname(file!)).toBe(spill);
      expect(await readFile(file!, 'utf8')).toBe(ids[n]);
    }
    expect((await readdir(spill)).length).toBe(ids.length);
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 20 }), async (id) => {
      expect(dirname((await write({ id }, () => '', 'txt'))!)).toBe(spill);
    }), { numRuns: 50 });
    expect(await readdir(folder)).toEqual(['results']);
  });

  it('should be refused where there are no files, and where it is no path', () => {
    const own = process.getBuiltinModule;
    try {
      Object.assign(process, { getBuiltinModule: undefined });
      expect(() => setUp(() => ['a'])).toThrow('`spill` needs a file system, and there is none here. Leave it out.');
    } finally {
      Object.assign(process, { getBuiltinModule: own });
    }
    expect(() => createToolset(createSession(), { agents: { a: () => ['a'] }, spill: ' ' })).toThrow('Expected `spill` to be');
  });
});
