import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Subject } from 'rxjs';
import { openSession } from '../../src/core/openSession.js';
import { createInbox } from '../../src/inbox/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { createToolset } from '../../src/tools/index.js';
import { createModelServer, type ModelServer } from '../support/modelServer/createModelServer.js';
import type { ModelRequest } from '../support/modelServer/script.js';
import { hearingParents } from '../support/parents/hearingParents.js';
import type { HearingParent } from '../support/parents/hearingSchedules.js';
import { toldIn } from '../support/parents/toldIn.js';
import { slowStore, type SlowStore } from '../support/stores/slowStore.js';
import { createVirtualTime } from '../support/virtualTime.js';

describe.each(Object.entries(hearingParents))('with a store that takes its time: %s', (_, parent) => {
  it('should tell at the first request or answer what has ended, and have kept that it was read before the next', async () => {
    await stage(parent, async ({ turn, store, id, told }) => {
      await turn();
      expect(told()[parent.isBlind === true ? 1 : 0]).toEqual([id]);
      await turn();
      expect(store.kept.filter(({ type }) => type === 'heard')).toEqual([{ type: 'heard', ids: [id] }]);
    });
  });

  it.each(['hangs', 'refuses'] as const)('should go on untold while it %s, and tell later', async (how) => {
    await stage(parent, async ({ turn, store, id, told, advance }) => {
      store.stop(how);
      const over: true[] = [];
      const going = turn().finally(() => over.push(true));
      for (let n = 0; n < 2_000 && over.length === 0; n++) {
        await nextTurn();
        advance(10);
      }
      expect(over).toEqual([true]);
      await going;
      expect(told().flat()).toEqual([]);
      store.goOn();
      for (let n = 0; n < 50; n++) {
        await nextTurn();
        advance(100);
      }
      const before = told().length;
      await turn();
      expect(told()[before + (parent.isBlind === true ? 1 : 0)]).toEqual([id]);
    }, (store) => { store.stop(how); });
  });
});

interface Stage {
  readonly store: SlowStore;
  readonly id: string;
  advance(ms: number): void;
  turn(): Promise<unknown>;
  /** The ids of what each request tells. */
  told(): readonly (readonly string[])[];
}

/** A task has ended; before that, something may become of its store. */
async function stage(
  { open }: HearingParent, test: (at: Stage) => Promise<void>, before: (store: SlowStore) => void = () => undefined,
): Promise<void> {
  const { scheduler, advance } = createVirtualTime();
  const store = slowStore(memoryStore());
  const end = new Subject<string>();
  const agents = { worker: () => end };
  const session = await openSession({ store, agents, scheduler });
  advance(0);
  const looks = (request: ModelRequest): boolean => request.messages.at(-1)?.role !== 'tool';
  await using server: ModelServer = await createModelServer({
    script: (request) => looks(request) ? { call: [{ name: 'list_tasks' }] } : { say: 'done' },
  });
  const toolset = createToolset(session, { agents: { worker: { agent: agents.worker, description: 'Works.' } } });
  const converse = open({ session, toolset, inbox: createInbox(session), server });
  const { id } = session.delegate(agents.worker, { goal: 'work' }, { name: 'worker' });
  await session.kept();
  before(store);
  end.next('done');
  end.complete();
  const { signal } = new AbortController();
  await test({
    store, id, advance,
    turn: () => converse({ prompt: 'Go on.', steps: 3, keep: true, retries: false, signal, tools: toolset, breaks: () => false }),
    told: () => server.visits.map((visit) => [...new Set(toldIn(visit).map((told) => told.id))]),
  });
  await session.close();
}
