import { describe, expect, it } from '@jest/globals';
import { taskText } from '../../src/cli/tasks/taskText.js';
import { openSession } from '../../src/core/openSession.js';
import { collect, parts, result } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { png } from '../tools/support/pictures.js';

describe('sidestream tasks, of a result of parts', () => {
  it('should show a line for each, and no bytes', async () => {
    const store = memoryStore();
    const session = await openSession({ store, agents: {} });
    const task = session.delegate(() => [result(parts([
      { type: 'text', text: 'Sales\u001b[2J' }, { type: 'json', value: { rows: 1 } },
      { type: 'image', mediaType: 'image/png', data: png(640, 480), filename: 'sales.png' },
      { type: 'file', mediaType: 'text/csv', path: 'out/sales.csv' },
    ]))], { goal: 'paint' });
    await collect(task);
    await session.close();
    const view = await store.view();
    const text = taskText(view.find(task.id)!, Date.now());
    const lines = ['Sales', '"rows": 1', '[image/png, 48 kB, 640 × 480, sales.png]', '[text/csv, out/sales.csv]'];
    for (const line of lines) expect(text).toContain(line);
    expect(text).not.toContain('AAAA');
    expect(text).not.toContain('\u001b');
  });
});
