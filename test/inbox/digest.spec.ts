import { describe, expect, it } from '@jest/globals';
import { getEncoding } from 'js-tiktoken';
import { createSession } from '../../src/index.js';
import { announcing, createInbox, type Batch } from '../../src/inbox/index.js';
import { createToolset, type Completion } from '../../src/tools/index.js';
import { createVirtualTime } from '../support/virtualTime.js';

const endings = (count: number, text = 'done') => {
  const { scheduler, advance } = createVirtualTime();
  const session = createSession({ scheduler, maxRunning: Infinity });
  const ids = Array.from({ length: count }, (_, n) => session.delegate(() => {
    if (n % 100 === 99) throw new Error(`no luck with ${n}`);
    return [text];
  }, { goal: `number ${n}` }, { name: 'worker' }).id);
  return { session, ids, advance };
};

describe('what is told of many', () => {
  it('should be one wake-up of 500 endings, within 4 000 tokens, the failed first', () => {
    const { session, advance } = endings(500);
    const batches: Batch[] = [];
    createInbox(session).batches().subscribe((batch) => {
      batches.push(batch);
      batch.acknowledge();
    });
    advance(10_000);
    const [{ text, completions }] = batches as [Batch];
    expect([batches.length, completions.length, session.unheard()]).toEqual([1, 500, []]);
    expect(getEncoding('o200k_base').encode(text).length).toBeLessThanOrEqual(4_000);
    const lines = text.split('\n');
    expect(lines[0]).toBe('500 background tasks have ended.');
    expect(lines.slice(2, 7).map((line) => (JSON.parse(line) as Completion).error)).toEqual(
      [99, 199, 299, 399, 499].map((n) => `no luck with ${n}`),
    );
    const told = lines.slice(2, -1).length;
    expect(told).toBeGreaterThan(20);
    expect(lines.at(-1)).toBe(`${500 - told} more: list_tasks`);
  });

  it('should tell 60 long ones in bounds, each with a line, and one as before', () => {
    const long = 'word '.repeat(2_000);
    const { session } = endings(60, long);
    const { text, completions } = createInbox(session).lease()!;
    expect(text.length).toBeLessThan(9_500);
    expect(text.split('\n').slice(2).filter((line) => line.startsWith('{'))).toHaveLength(60);
    expect(completions[0]!.summary!.length).toBeGreaterThan(1_900);
    const one = createInbox(endings(1, long).session).lease()!;
    expect((JSON.parse(one.text.split('\n')[2]!) as Completion).summary).toBe(one.completions[0]!.summary);
  });

  it('should tell all of them by answers, each in bounds and with the count of what is left', async () => {
    const { session, ids } = endings(70, 'word '.repeat(2_000));
    const { list_tasks } = announcing(createToolset(session, { agents: { worker: () => ['done'] } }), createInbox(session));
    const told: string[] = [];
    const left: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      const { ended = [], ended_more } = await list_tasks.execute({}) as unknown as { ended?: Completion[]; ended_more?: number };
      expect(JSON.stringify(ended).length).toBeLessThan(9_500);
      told.push(...ended.map(({ task_id }) => task_id));
      left.push(ended_more);
    }
    expect([left, told.length]).toEqual([[40, 10, undefined, undefined], 70]);
    expect(new Set(told)).toEqual(new Set(ids));
  });

  it('should leave for the next wait_for_tasks what does not fit', async () => {
    const { session, ids } = endings(400);
    const { wait_for_tasks } = createToolset(session, { agents: { worker: () => ['done'] } });
    const told: string[] = [];
    for (let n = 0; n < 20 && session.unheard().length > 0; n++) {
      const answer = await wait_for_tasks.execute({});
      expect(JSON.stringify(answer).length).toBeLessThan(25_000);
      told.push(...(answer['ended'] as Completion[]).map(({ task_id }) => task_id));
      expect(answer['ended_more'] ?? 0).toBe(400 - told.length);
    }
    expect([told.length, new Set(told).size]).toEqual([ids.length, ids.length]);
  });
});
