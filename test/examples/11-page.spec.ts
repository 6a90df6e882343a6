import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { runExample } from './support/runExample.js';

interface Frame { readonly event: string; readonly id?: string; readonly data: unknown }

/** Reads frames of `text/event-stream` until one is wanted, or the stream ends. */
async function framesOf(url: string, isLast: (frame: Frame) => boolean, headers: Record<string, string> = {}): Promise<Frame[]> {
  const frames: Frame[] = [];
  const gone = new AbortController();
  const { body } = await fetch(url, { headers, signal: gone.signal });
  let rest = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    rest += chunk;
    for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
      const pairs = rest.slice(0, end).split('\n').map((each) => each.split(/: (.*)/s));
      const { data, ...fields } = Object.fromEntries(pairs) as Record<string, string>;
      rest = rest.slice(end + 2);
      frames.push({ ...fields as unknown as Frame, data: JSON.parse(data!) as unknown });
      if (!isLast(frames.at(-1)!)) continue;
      gone.abort();
      return frames;
    }
  }
  return frames;
}

const asks = ({ event, data }: Frame): boolean => event === 'questions' && (data as unknown[]).length > 0;
const never = (): boolean => false;
const linesOf = (frames: readonly Frame[]): unknown[] => frames.filter(({ event }) => event === 'line').map(({ data }) => data);

describe('11-page', () => {
  it('should start, show live text, go on where a page had stopped, be answered, and stop', async () => {
    const run = runExample('11-page', '--tasks', '2', '--seconds', '60');
    let printed = '';
    run.child.stdout!.on('data', (text: string) => { printed += text; });
    await run.printed('/#');
    const [, origin = '', token = ''] = /(http:\S+)\/#(\S+)/.exec(printed) ?? [];
    const post = async (path: string, body: object = {}, headers: Record<string, string> = { 'x-token': token }) => {
      const response = await fetch(origin + path, {
        method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body),
      });
      return [response.status, await response.json()] as const;
    };

    const page = await fetch(origin);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'nonce-");
    const html = await page.text();
    expect(html).not.toMatch(/innerHTML|insertAdjacent|NONCE/);
    expect(html).not.toContain(token);

    // Other pages, other names, and who does not know the token.
    expect((await post('/tasks', { goal: 'x' }, {}))[0]).toBe(403);
    expect((await post('/tasks', { goal: 'x' }, { 'x-token': token, 'origin': 'http://evil.example' }))[0]).toBe(403);
    expect((await post('/tasks', { goal: 'x' }, { 'x-token': token, 'content-type': 'text/plain' }))[0]).toBe(403);
    const { port } = new URL(origin);
    const rebound = await new Promise<number>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/', headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      }).once('error', reject).end();
    });
    expect(rebound).toBe(403);

    const goal = '<img src=x onerror=alert(1)>';
    const [status, { id }] = await post('/tasks', { goal }) as [number, { id: string }];
    expect(status).toBe(201);
    const events = `${origin}/tasks/${id}/events?token=${token}`;
    const seen = await framesOf(events, asks);
    expect(linesOf(seen)).toEqual([`Looking at ${goal} from all sides.`]);
    const hands = seen.filter(({ event, data }) => event === 'hand' && data !== '').map(({ data }) => data as string);
    expect(hands.length).toBeGreaterThan(1);
    for (const hand of hands) expect(`Looking at ${goal} from all sides.`.startsWith(hand)).toBe(true);
    expect(seen.at(-1)!.data).toMatchObject([{ id: 'q1', kind: 'choice', text: 'Which colour?' }]);

    expect(await post(`/tasks/${id}/answer`, { question: 'q1', value: 'green' })).toEqual([200, {
      answered: false, error: 'Expected the answer to be one of red, blue, got "green".',
    }]);
    expect(await post(`/tasks/${id}/answer`, { question: 'q1', value: 'Blue' })).toEqual([200, { answered: true }]);
    const last = seen.filter((frame) => frame.id !== undefined).at(-1)!.id!;
    const more = framesOf(events, never, { 'last-event-id': last });
    await framesOf(events, ({ event, data }) => event === 'questions' && JSON.stringify(data).includes('buy'));
    expect(await post(`/tasks/${id}/answer`, { question: 'q2', value: true })).toEqual([200, { answered: true }]);
    const rest = await more;
    // What it had seen before is not told again; the rest is, once and in order.
    expect(linesOf(rest)).toEqual([`Painting ${goal} blue, one board after the other.`, 'done']);
    expect(rest.at(-1)).toMatchObject({ event: 'ended', data: { status: 'completed', text: `${goal} is blue` } });

    const [, other] = await post('/tasks', { goal: 'the fence' }) as [number, { id: string }];
    const ends = framesOf(`${origin}/tasks/${other.id}/events?token=${token}`, never);
    expect(await post(`/tasks/${other.id}/stop`)).toEqual([200, { stopping: true }]);
    expect((await ends).at(-1)).toMatchObject({ event: 'ended', data: { status: 'cancelled', text: 'stopped by hand' } });
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('closed      nothing is left running');
  });
});
