import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, map } from 'rxjs';
import { collect, createSession, isOutcome, type Session, type Task } from 'sidestream';
import { diskFiles } from '../../../examples/corpus/files.js';
import { readCitation } from '../../../examples/researcher/citation.js';
import { createResearcher, type ResearcherOptions } from '../../../examples/researcher/createResearcher.js';
import { errno } from '../support/errno.js';
import { makeDirectory } from '../support/makeDirectory.js';

describe('createResearcher', () => {
  const { path: directory, remove } = makeDirectory({
    'a.md': 'A needle in a.\n',
    'b.md': 'A needle in b, and a thread.\n',
    'c/d.md': 'A needle in d.\n',
    'c/e.md': 'Only hay.\n',
  });
  afterAll(remove);

  let session: Session;
  beforeEach(() => {
    session = createSession();
  });
  afterEach(() => session.close());

  const research = (goal: string, options: Partial<ResearcherOptions> = {}): Task =>
    session.delegate(createResearcher({ directory, ...options }), { goal });

  const linesOf = (task: Task): readonly string[] => task.snapshot(200).preview;
  const seen = (task: Task, line: string) =>
    firstValueFrom(task.events.pipe(map(() => linesOf(task)), filter((lines) => lines.some((other) => other.startsWith(line)))));

  it('should print what it finds, how far it is, and answer with citations', async () => {
    const task = research('Where is the needle?');
    expect(await collect(task)).toMatch(/^In several files, first of all a\.md\.\na\.md:1 {2}A needle in a\.\n/);
    expect(linesOf(task)[0]).toBe('looking for needle in 4 files');
    expect(linesOf(task)).toContain('read 4 of 4 files, 3 passages with words of the question');
    expect(linesOf(task)).toContainEqual(expect.stringMatching(/^c\/d\.md:1 {2}A needle in d\. {2}\(\d\.\d+\)$/));
  });

  it.each([
    ['only c/', ['c/d.md'], 'only c/: 2 of 4 files; starting over in these', 'read all 2 files (only c/)'],
    ['skip *.md', [], 'skip *.md: that would leave no file; going on as before', 'read all 4 files'],
    ['skip a.md', ['b.md', 'c/d.md'], 'skip a.md: 3 of 4 files; starting over in these', 'read all 3 files (skip a.md)'],
  ])('should obey "%s"', async (message, cited, line, remark) => {
    const task = research('needle', { pace: 400 });
    await seen(task, 'a.md:1');
    task.steer(message);
    const answer = String(await collect(task));
    expect(linesOf(task)).toContain(line);
    expect(answer).toContain(remark);
    const since = linesOf(task).slice(linesOf(task).indexOf(line)).flatMap((other) => readCitation(other)?.path ?? []);
    if (cited.length > 0) expect([...new Set(since)].sort()).toEqual(cited);
  });

  it('should stop at "enough", and answer with what it has', async () => {
    const task = research('needle', { pace: 2_000 });
    await seen(task, 'a.md:1');
    task.steer('enough');
    const answer = await collect(task, { timeout: 50_000 });
    expect(answer).toMatch(/^One place, in a\.md\.\na\.md:1 {2}A needle in a\.\nread 1 of 4 files and was told that it is enough/);
  });

  it('should say what it understands when it does not understand', async () => {
    const task = research('needle', { pace: 200 });
    await seen(task, 'looking for');
    task.steer('please hurry');
    await collect(task);
    const understood = /^cannot follow "please hurry"; understood: only PATTERN, skip PATTERN, enough/;
    expect(linesOf(task)).toContainEqual(expect.stringMatching(understood));
  });

  it('should stop at once when it is cancelled', async () => {
    const task = research('needle', { pace: 60_000 });
    await seen(task, 'a.md:1');
    task.cancel();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(task.snapshot().status).toBe('cancelled');
  });

  it('should say so when there is nothing', async () => {
    expect(await collect(research('zeppelin'))).toMatch(/^Nothing found about zeppelin\.\nread all 4 files/);
  });

  it('should fail with a reason when there is no word in the question', async () => {
    const task = research('???');
    expect(await firstValueFrom(task.events.pipe(filter(isOutcome)))).toMatchObject({ type: 'failed' });
    await expect(collect(task)).rejects.toThrow('no word to look for');
  });

  it('should count what it could not read', async () => {
    const read: typeof diskFiles.read = (path, limit) => (path.endsWith('b.md') ? errno('EACCES')() : diskFiles.read(path, limit));
    expect(await collect(research('needle', { files: { ...diskFiles, read } }))).toContain('\nskipped 1 unreadable');
  });

  it('should give the same answer each time', async () => {
    expect(await collect(research('needle', { pace: 100 }))).toBe(await collect(research('needle')));
  });
});
