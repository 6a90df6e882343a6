import { describe, expect, it } from '@jest/globals';
import { createEventLog } from '../../../../src/parents/mcp/http/eventLog.js';

const message = (text: string) => ({ jsonrpc: '2.0' as const, method: 'notifications/message', params: { text } });

describe('eventLog', () => {
  it('should know what followed an event on its stream, and on no other', async () => {
    const log = createEventLog();
    const ids: string[] = [];
    for (const stream of ['a', 'b', 'a', 'a']) ids.push(await log.storeEvent(stream, message('x')));
    expect(log.after(ids[0]!).map(({ id }) => id)).toEqual([ids[2], ids[3]]);
    expect(log.after(ids[1]!)).toEqual([]);
    expect(log.streamOf(ids[3]!)).toBe('a');
    for (const id of ['9-a', '1-c', 'nonsense']) expect(log.streamOf(id)).toBeUndefined();
  });

  it('should keep so many events, and so many characters, and the latest in any case', async () => {
    const log = createEventLog();
    const first = await log.storeEvent('a', message('first'));
    for (let n = 0; n < 3_000; n++) await log.storeEvent('a', message(`${n}`));
    expect(log.after(first)).toHaveLength(1_000);
    for (let n = 0; n < 20; n++) await log.storeEvent('a', message('x'.repeat(1_000_000)));
    expect(log.after(first)).toHaveLength(4);
    await log.storeEvent('a', message('x'.repeat(10_000_000)));
    expect(log.after(first)).toHaveLength(1);
  });
});
