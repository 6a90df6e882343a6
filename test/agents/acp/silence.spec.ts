import { appendFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collect, createSession, type Session, type Task } from '../../../src/index.js';
import type { AcpOptions } from '../../../src/agents/acp/index.js';
import { actor, journalOf, type Order } from '../../support/acp/actor.js';
import { temporary } from '../../support/acp/temporary.js';
import { rejection } from '../../support/caught.js';
import { holdTime } from '../../support/holdTime.js';
import { turns } from '../../support/turns.js';
import { until } from '../../support/until.js';

const file = temporary();
let session: Session;
let count = 0;
beforeEach(() => { session = createSession(); });
afterEach(async () => { await session.close(); });

function start(orders: readonly Order[], options: Partial<AcpOptions> = {}): { readonly task: Task<string>; readonly journal: string } {
  const journal = file(`journal-${++count}`);
  return { task: session.delegate(actor({ turns: [orders], journal }, options), { goal: 'act' }), journal };
}
const preview = (task: Task) => task.snapshot().preview;
const SILENT = /^\[nothing heard from `.*` for 30 s: .*`idleTimeout`.*\]$/;

describe('the silence of an ACP agent', () => {
  it('should be told once, with what it wrote meanwhile, where a prompt is not answered', async () => {
    using time = holdTime();
    const { task, journal } = start([{ stderr: 'Attempt 1 failed with status 429. Retrying\n' }, { noted: 'never' }]);
    while (!(await journalOf(journal)).includes('stderr')) await turns(1);
    // It is in the pipe, and read at one of the next turns.
    await turns(200);
    time.advance(29_000);
    expect(preview(task)).toEqual([]);
    time.advance(1_000);
    expect(preview(task)).toEqual([expect.stringMatching(SILENT)]);
    expect(preview(task)[0]).toContain('It wrote: Attempt 1 failed with status 429. Retrying');
    time.advance(300_000);
    expect(preview(task)).toHaveLength(1);
  });

  it('should be none while a tool call is open, or while somebody is asked', async () => {
    const call = { update: { sessionUpdate: 'tool_call', toolCallId: '1', title: 'build', kind: 'execute' } };
    const permit = { permit: { toolCall: { toolCallId: '2' }, options: [] } };
    for (const [orders, isThere] of [
      [[call, { say: 'x\n' }, { noted: 'never' }], (task: Task) => preview(task).includes('x')],
      [[{ say: 'x\n' }, permit], (task: Task) => preview(task).includes('x')],
    ] as const) {
      using time = holdTime();
      const asked: unknown[] = [];
      const { task } = start(orders, { permissions: (request) => {
        asked.push(request);
        return new Promise(() => undefined);
      } });
      await until(() => isThere(task) && (orders.length === 3 || asked.length === 1));
      time.advance(60_000);
      expect(preview(task)).toEqual(['x']);
    }
  });

  it('should begin anew with whatever is heard', async () => {
    using time = holdTime();
    const { task, journal } = start([{ say: 'a\n' }, { noted: 'go on' }, { say: 'b\n' }, { noted: 'never' }]);
    while (!preview(task).includes('a')) await turns(1);
    time.advance(20_000);
    await appendFile(journal, 'go on\n');
    while (!preview(task).includes('b')) await turns(1);
    time.advance(20_000);
    expect(preview(task)).toEqual(['a', 'b']);
    time.advance(10_000);
    expect(preview(task)).toEqual(['a', 'b', expect.stringMatching(SILENT)]);
  });
});

describe('a message of an ACP agent that cannot be read', () => {
  it('should be told of when it comes, with its beginning, once of each kind', async () => {
    const { task } = start([
      { raw: 'Error: quota exceeded\n' }, { raw: 'and more of that\n' }, { oversized: 3_000 }, { say: 'x\n' }, { forever: true },
    ], { maxMessageLength: 2_000 });
    await until(() => preview(task).includes('x'));
    expect([...preview(task)].sort()).toEqual([
      '[a message of the agent could not be read: it is longer than `maxMessageLength`]',
      '[a message of the agent could not be read: it is no JSON-RPC message: Error: quota exceeded]', 'x',
    ]);
    task.cancel();
  });

  it('should be counted at the end only where there were more', async () => {
    expect((await ended([{ raw: 'one\n' }, { say: 'x' }])).slice(1)).toEqual(['x']);
    expect((await ended([{ raw: 'one\n' }, { raw: 'two\n' }, { say: 'x' }])).slice(1))
      .toEqual(['x', '[messages of the agent left out: 2 malformed]']);
    async function ended(orders: readonly Order[]): Promise<readonly string[]> {
      const { task } = start(orders);
      await collect(task);
      return preview(task);
    }
  });

  it('should be told where it ends the program', async () => {
    const { task } = start([{ raw: 'Error: no key\n' }, { exit: 1 }]);
    await rejection(collect(task));
    expect(preview(task)).toEqual(['[a message of the agent could not be read: it is no JSON-RPC message: Error: no key]']);
  });
});
