import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSession, isParts, parts, result, type Part } from '../../src/index.js';
import { createInbox } from '../../src/inbox/index.js';
import { mediaOf } from '../../src/tools/answers/media/mediaOf.js';
import { mediaLine, sizeOf } from '../../src/tools/answers/media/partLine.js';
import { pixelsOf } from '../../src/tools/answers/media/pixelsOf.js';
import { plainJson } from '../../src/tools/answers/text/plainJson.js';
import { summaryOf } from '../../src/tools/answers/text/summaryOf.js';
import { createToolset } from '../../src/tools/index.js';
import { call } from './support/call.js';
import { GIF, jpeg, PNG, png, WEBP, WEBP_LOSSLESS, webpExtended } from './support/pictures.js';

const image = (data: Uint8Array, more = {}): Part => ({ type: 'image', mediaType: 'image/png', data, ...more });

describe('the size of a picture', () => {
  it.each<[string, Uint8Array, readonly number[]]>([
    ['PNG', PNG, [1, 1]], ['a large PNG', png(640, 480), [640, 480]], ['GIF', GIF, [1, 1]], ['JPEG', jpeg(1_920, 1_080), [1_920, 1_080]],
    ['WebP', WEBP, [1, 1]], ['lossless WebP', WEBP_LOSSLESS, [1, 1]], ['extended WebP', webpExtended(4_000, 3_000), [4_000, 3_000]],
  ])('should be read from the bytes of %s', (_, data, size) => {
    expect(pixelsOf(data)).toEqual(size);
    // Where they lie in a larger buffer, as those of Node do.
    const within = new Uint8Array(data.length + 7);
    within.set(data, 7);
    expect(pixelsOf(within.subarray(7))).toEqual(size);
  });

  it('should be unknown of anything else, and never throw', () => {
    for (const whole of [PNG, GIF, jpeg(2, 3), WEBP, WEBP_LOSSLESS, webpExtended(2, 3)]) {
      for (let length = 0; length < whole.length; length++) expect(() => pixelsOf(whole.subarray(0, length))).not.toThrow();
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
      expect(() => pixelsOf(data)).not.toThrow();
      expect(() => pixelsOf(Uint8Array.from([0xff, 0xd8, 0xff, ...data]))).not.toThrow();
    }));
    expect(pixelsOf(Uint8Array.from(Buffer.from('%PDF-1.7 and so on')))).toBeUndefined();
  });
});

describe('parts', () => {
  it('should be a result that nobody changes, and that no data can pass for', () => {
    const list: Part[] = [{ type: 'text', text: 'a' }];
    const made = parts(list);
    list.push({ type: 'text', text: 'b' });
    expect(made.parts).toEqual([{ type: 'text', text: 'a' }]);
    expect(Object.isFrozen(made) && Object.isFrozen(made.parts) && Object.isFrozen(made.parts[0])).toBe(true);
    expect(isParts(made)).toBe(true);
    const others = [JSON.parse(JSON.stringify(made)), { ...made }, [made], null, undefined, 'parts'] as unknown[];
    for (const other of others) expect(isParts(other)).toBe(false);
  });

  it('should name their bytes as JSON, and not spell them out', () => {
    const made = parts([image(png(2, 3)), { type: 'json', value: { rows: 1 } }]);
    expect(JSON.parse(JSON.stringify({ type: 'completed', result: made }))).toEqual({
      type: 'completed',
      result: { parts: [{ type: 'image', mediaType: 'image/png', data: '[48000 bytes]' }, { type: 'json', value: { rows: 1 } }] },
    });
  });

  it.each<[string, unknown, string]>([
    ['no list', 'a', 'Expected `parts` to be a list of parts, got "a".'],
    ['a string', ['a'], 'Expected `parts[0]` to be an object, got "a".'],
    ['another type', [{ type: 'video' }], 'Expected `parts[0].type` to be text, json, image or file, got "video".'],
    ['a text that is none', [{ type: 'text', text: 5 }], 'Expected `parts[0].text` to be a string, got 5.'],
    ['data that is no JSON', [{ type: 'json', value: { at: new Date() } }],
      'A part of the type json is plain data, and `parts[0].value.at` is a Date.'],
    ['no media type', [{ type: 'image', mediaType: 'png', data: PNG }],
      'Expected `parts[0].mediaType` to be a media type, such as image/png'],
    ['neither bytes nor a path', [{ type: 'image', mediaType: 'image/png' }], 'Expected `parts[0].data` to be bytes, such as a Uint8Array'],
    ['both', [image(PNG, { path: 'a.png' })], 'Expected `parts[0].path` to be a string that is not blank, got an object.'],
    ['base64', [{ type: 'image', mediaType: 'image/png', data: 'iVBORw0' }], 'Expected `parts[0].data` to be bytes'],
    ['an odd width', [image(PNG, { width: -1 })], 'Expected `the width and height of parts[0]` to be'],
    ['a blank name', [image(PNG, { filename: '' })], 'Expected `parts[0].filename` to be a string that is not blank'],
  ])('should refuse %s', (_, list, message) => {
    expect(() => parts(list as never)).toThrow(message);
  });

  it('should be redacted as any result is', async () => {
    const session = createSession({ redact: (text) => text.replaceAll('geheim', '…') });
    const task = session.delegate(() => result(parts([
      { type: 'text', text: 'geheim' }, { type: 'json', value: { key: 'geheim' } }, image(PNG, { filename: 'geheim.png' }),
    ])), { goal: 'paint' });
    const { result: made } = task.outcome as unknown as { result: { parts: readonly Part[] } };
    expect(isParts(made)).toBe(true);
    expect(made.parts).toEqual([{ type: 'text', text: '…' }, { type: 'json', value: { key: '…' } }, image(PNG, { filename: '….png' })]);
  });
});

describe('the line of a file', () => {
  it.each<[Part, string]>([
    [image(png(640, 480)), '[image/png, 48 kB, 640 × 480]'],
    [image(png(640, 480, 1_234_567), { filename: 'sales.png' }), '[image/png, 1.2 MB, 640 × 480, sales.png]'],
    [image(Uint8Array.from([1, 2]), { width: 3, height: 4 }), '[image/png, 2 bytes, 3 × 4]'],
    [{ type: 'file', mediaType: 'application/pdf', data: new Uint8Array(2_000) }, '[application/pdf, 2 kB]'],
    [{ type: 'file', mediaType: 'text/csv', path: 'out/a\nb.csv' }, '[text/csv, out/a b.csv]'],
  ])('should say what it is: %#', (part, line) => {
    expect(mediaLine(part as never)).toBe(line);
    expect(summaryOf(parts([{ type: 'text', text: 'Here:' }, part, { type: 'json', value: [1] }])).text).toBe(`Here:\n${line}\n[1]`);
    expect(plainJson({ chart: parts([part]) })).toEqual({ chart: [line] });
  });

  it('should round', () => {
    expect([0, 999, 1_000, 9_949, 48_123, 999_499, 999_500, 10_400_000].map(sizeOf))
      .toEqual(['0 bytes', '999 bytes', '1 kB', '9.9 kB', '48 kB', '999 kB', '1 MB', '10 MB']);
  });
});

describe('files in the answers of tools', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'sidestream-media-')); });
  afterEach(async () => { await rm(folder, { recursive: true }); });

  const setUp = (...list: Part[]) => {
    const session = createSession();
    const tools = createToolset(session, { agents: { painter: { agent: () => result(parts(list)), description: 'Paints.' } } });
    return { session, tools };
  };

  it('should go with an answer about one task, beside a line for each', async () => {
    const data = png(640, 480);
    const { tools } = setUp({ type: 'text', text: 'Sales' }, image(data, { filename: 'sales.png' }));
    const started = await call(tools.delegate_task_async, { goal: 'paint' });
    const collected = await call(tools.collect_task, { task_id: started['task_id'] });
    for (const answer of [started, collected, await call(tools.delegate_task, { goal: 'paint' })]) {
      expect(answer['summary']).toBe('Sales\n[image/png, 48 kB, 640 × 480, sales.png]');
      expect(mediaOf(answer)).toEqual([{ type: 'image', mediaType: 'image/png', data, filename: 'sales.png' }]);
      expect(JSON.stringify(answer)).not.toContain(Buffer.from(data).toString('base64').slice(0, 40));
      expect(mediaOf({ ...answer })).toEqual([]);
    }
    expect(collected['truncated']).toBe(false);
  });

  it('should be named where the answer is about many, or only looks in, and said to be missing there', async () => {
    const { session, tools } = setUp(image(png(640, 480)));
    const inbox = createInbox(session);
    const { id: task_id } = session.delegate(() => result(parts([image(png(640, 480))])), { goal: 'paint' });
    const line = { summary: '[image/png, 48 kB, 640 × 480]', truncated: true };
    expect(inbox.lease()!.completions).toMatchObject([line]);
    expect(await call(tools.wait_for_tasks, { task_ids: [task_id] })).toMatchObject({ ended: [line] });
    const checked = await call(tools.check_task, { task_id });
    expect(checked).toMatchObject(line);
    expect(mediaOf(checked)).toEqual([]);
  });

  it('should be read by their paths when they are handed on', async () => {
    const path = join(folder, 'chart.png');
    const { tools } = setUp({ type: 'image', mediaType: 'image/png', path });
    expect(await call(tools.delegate_task, { goal: 'paint' })).toMatchObject({ summary: `[image/png, ${path}: the file is not there]` });
    await writeFile(path, png(8, 9));
    const answer = await call(tools.delegate_task, { goal: 'paint' });
    expect(answer['summary']).toBe(`[image/png, 48 kB, 8 × 9, ${path}]`);
    expect(mediaOf(answer)).toEqual([{ type: 'image', mediaType: 'image/png', data: png(8, 9), filename: 'chart.png' }]);
  });

  it('should be named, and say why, where they cannot be handed on', async () => {
    const huge = join(folder, 'huge.bin');
    await writeFile(huge, '');
    await truncate(huge, 9_000_000);
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const file = (path: string): Part => ({ type: 'file', mediaType: 'a/b', path });
    const { tools } = setUp(file(huge), file(pipe), file(folder), { type: 'file', mediaType: 'a/b', data: new Uint8Array(5_000_000) },
      { type: 'file', mediaType: 'c/d', data: new Uint8Array(5_000_000) });
    const answer = await call(tools.delegate_task, { goal: 'paint' });
    expect(String(answer['summary']).split('\n')).toEqual([
      `[a/b, ${huge}: too large to be handed on (9 MB)]`, `[a/b, ${pipe}: this is no file]`, `[a/b, ${folder}: this is no file]`,
      '[a/b, 5 MB]', '[c/d, 5 MB: too large to be handed on (5 MB)]',
    ]);
    expect(mediaOf(answer)).toHaveLength(1);
  });

  it('should never be read by what a child only writes as data', async () => {
    const session = createSession();
    const path = join(folder, 'secret.txt');
    await writeFile(path, 'secret');
    const agent = () => result({ parts: [{ type: 'file', mediaType: 'text/plain', path }] });
    const { delegate_task } = createToolset(session, { agents: { agent } });
    const answer = await call(delegate_task, { goal: 'steal' });
    expect(mediaOf(answer)).toEqual([]);
    expect(answer['summary']).toContain('"path"');
  });
});
