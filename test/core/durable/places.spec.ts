import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import {
  collect, createLimit, KeyTakenError, usage, type AgentContext, type AgentFunction, type Brief, type Task,
} from '../../../src/index.js';
import { openSession, type DurableSession, type DurableSessionOptions } from '../../../src/core/openSession.js';
import { createInbox } from '../../../src/inbox/index.js';
import { memoryStore } from '../../../src/stores/memory.js';
import { createToolset } from '../../../src/tools/index.js';

const turn = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 5); });

/** A store, and sessions over it, one after the other, each as if the process before had been ended at once or in order. */
function lives(agents: DurableSessionOptions['agents'], options: Partial<DurableSessionOptions> = {}) {
  const store = memoryStore();
  return {
    open: () => openSession({ store, agents, ...options }),
    /** Nobody closes the session: what is kept is all that there is. */
    crash: () => { void store.close(); },
  };
}
const worker: AgentFunction = ({ goal }: Brief) => goal.startsWith('wait') ? NEVER : [`${goal} is done`];
const goals = (tasks: readonly Task[]): string[] => tasks.map(({ brief }) => brief.goal);

describe('a key, in a session with a store', () => {
  it('should answer with the task that has it, in another life', async () => {
    const { open } = lives({ worker });
    const first = await open();
    const { id } = first.delegate(worker, { goal: 'work', more: undefined } as Brief, { key: 'k' });
    await first.close();

    const second = await open();
    const again = second.delegate(worker, { goal: 'work' }, { key: 'k' });
    expect([again.id, await collect(again)]).toEqual([id, 'work is done']);
    expect(() => second.delegate(worker, { goal: 'other' }, { key: 'k' })).toThrow(KeyTakenError);
    expect(second.delegate(worker, { goal: 'other' }, { key: 'k', whenTaken: 'supersede' }).id).not.toBe(id);
    await second.close();

    const third = await open();
    expect(goals([third.delegate(worker, { goal: 'other' }, { key: 'k' })])).toEqual(['other']);
    expect(third.tasks()).toHaveLength(2);
    await third.close();
  });

  it('should answer with what was interrupted, and start it again only for who is run again above it', async () => {
    let runs = 0;
    const parent: AgentFunction = (_, __, { delegate }: AgentContext) => {
      runs += 1;
      const done = delegate(worker, { goal: 'work' }, { key: 'done' });
      const left = delegate(worker, { goal: runs === 1 ? 'wait' : 'wait' }, { key: 'left' });
      return runs === 1 ? NEVER : [`${done.id} ${left.id}`];
    };
    const { open } = lives({ worker, parent: { agent: parent, onRestart: 'restart' } });
    const first = await open();
    const alone = first.delegate(worker, { goal: 'wait' }, { key: 'alone' });
    const above = first.delegate(parent, { goal: 'lead' }, { name: 'parent' });
    const [done, left] = first.tasks().filter(({ parentId }) => parentId === above.id) as [Task, Task];
    await turn();
    await first.close();

    const second = await open();
    const joined = second.delegate(worker, { goal: 'wait' }, { key: 'alone' });
    expect([joined.id, joined.outcome]).toMatchObject([alone.id, { type: 'failed', error: { code: 'interrupted' } }]);
    const [doneAgain, leftAgain] = String(await collect(second.get(above.id)!)).split(' ');
    expect(doneAgain).toBe(done.id);
    expect(leftAgain).not.toBe(left.id);
    await second.close();
  });

  it('should be that of a call which a parent makes again after its process has ended', async () => {
    const { open, crash } = lives({ worker });
    const ask = (session: DurableSession) => createToolset(session, { agents: { worker: { agent: worker, description: 'Works.' } } })
      .delegate_task.execute({ goal: 'work' }, { callId: 'call_1' });
    const first = await open();
    const { task_id } = await ask(first);
    await first.kept();
    crash();

    const second = await open();
    expect(await ask(second)).toMatchObject({ ok: true, task_id, summary: 'work is done' });
    expect(second.tasks()).toHaveLength(1);
    await second.close();
  });
});

describe('`meta`, in a session with a store', () => {
  it('should be repeated in what a later life says of the task', async () => {
    const { open } = lives({ worker });
    const first = await open();
    const { id } = first.delegate(worker, { goal: 'work' }, { meta: { trace: 'abc' } });
    await first.close();
    const second = await open();
    expect(second.get(id)!.snapshot().meta).toEqual({ trace: 'abc' });
    const seen: unknown[] = [];
    second.get(id)!.events.subscribe(({ meta }) => { seen.push(meta); });
    expect(seen.length).toBeGreaterThan(0);
    for (const meta of seen) expect(meta).toEqual({ trace: 'abc' });
    await second.close();
  });
});

describe('a scope, in a session with a store', () => {
  it('should be found by its name, with its tasks, its unheard, its keys, and what is in it', async () => {
    const { open } = lives({ worker });
    const first = await open();
    const chat = first.scope({ name: 'chat/1' });
    const inner = chat.scope({ name: 'fan' });
    const one = chat.delegate(worker, { goal: 'one' }, { key: 'k' });
    const two = inner.delegate(worker, { goal: 'two' });
    first.delegate(worker, { goal: 'outside' });
    await first.close();

    const second = await open();
    const again = second.scope({ name: 'chat/1' });
    expect(goals(again.tasks())).toEqual(['one', 'two']);
    expect(goals(again.unheard())).toEqual(['one']);
    expect(goals(again.scope({ name: 'fan' }).unheard())).toEqual(['two']);
    expect(goals(second.unheard())).toEqual(['outside']);
    expect(again.delegate(worker, { goal: 'one' }, { key: 'k' }).id).toBe(one.id);
    expect(second.delegate(worker, { goal: 'one' }, { key: 'k' }).id).not.toBe(one.id);
    expect([one.parentId, second.get(two.id)!.parentId]).toEqual([undefined, undefined]);
    expect(createInbox(again).lease()?.completions).toMatchObject([{ goal: 'one' }]);
    await second.close();
  });

  it('should be within its caps again when it is opened at once', async () => {
    const ran: string[] = [];
    const agent: AgentFunction = ({ goal }: Brief) => {
      ran.push(goal);
      return NEVER;
    };
    const { open } = lives({ agent: { agent, onRestart: 'restart' } });
    const caps = { name: 'chat', maxRunning: 1, overflow: 'queue' } as const;
    const first = await open();
    for (const goal of ['one', 'two', 'three']) first.scope(caps).delegate(agent, { goal });
    expect(ran).toEqual(['one']);
    await first.close();

    const second = await open();
    const chat = second.scope(caps);
    await turn();
    expect(ran).toEqual(['one', 'one']);
    chat.tasks()[0]!.cancel();
    await turn();
    expect(ran).toEqual(['one', 'one', 'two']);
    second.cancel();
    await second.close();
  });

  it('that was closed should have left what is unheard to the session, for good', async () => {
    const { open } = lives({ worker });
    const first = await open();
    const chat = first.scope({ name: 'chat' });
    chat.scope({ name: 'fan' }).delegate(worker, { goal: 'one' });
    chat.delegate(worker, { goal: 'two' }, { key: 'k' });
    await chat.close();
    expect(goals(first.unheard())).toEqual(['one', 'two']);
    first.scope({ name: 'chat' }).delegate(worker, { goal: 'three' });
    await first.close();

    const second = await open();
    expect(goals(second.unheard())).toEqual(['one', 'two']);
    const again = second.scope({ name: 'chat' });
    expect(goals(again.tasks())).toEqual(['three']);
    expect(again.scope({ name: 'fan' }).tasks()).toEqual([]);
    expect(goals([again.delegate(worker, { goal: 'anew' }, { key: 'k' })])).toEqual(['anew']);
    expect(goals([second.delegate(worker, { goal: 'anew' }, { key: 'k' })])).toEqual(['anew']);
    await second.close();
  });

  it('without a name should have left its tasks to the session', async () => {
    const { open } = lives({ worker });
    const first = await open();
    const scope = first.scope();
    const one = scope.delegate(worker, { goal: 'one' }, { key: 'k' });
    scope.scope({ name: 'inner' }).delegate(worker, { goal: 'two' });
    await first.close();

    const second = await open();
    expect(goals(second.unheard())).toEqual(['one', 'two']);
    expect(second.scope().tasks()).toEqual([]);
    expect(second.delegate(worker, { goal: 'one' }, { key: 'k' }).id).not.toBe(one.id);
    await second.close();
  });

  it('of a task should be found by that task when it goes on', async () => {
    const seen: string[][] = [];
    const parent: AgentFunction = (_, __, { scope, save }: AgentContext) => {
      const own = scope({ name: 'fan' });
      seen.push(goals(own.tasks()));
      save({ at: 1 });
      if (seen.length > 1) return ['done'];
      own.delegate(worker, { goal: 'below' });
      return NEVER;
    };
    const { open } = lives({ worker, parent: { agent: parent, onRestart: 'resume' } });
    const first = await open();
    const { id } = first.delegate(parent, { goal: 'lead' }, { name: 'parent' });
    await turn();
    await first.close();

    const second = await open();
    expect(await collect(second.get(id)!)).toBe('done');
    expect(seen).toEqual([[], ['below']]);
    await second.close();
  });

  it('should be known of what it has forgotten', async () => {
    const { open } = lives({ worker }, { retain: { count: 1, unheard: 1 } });
    const first = await open();
    const chat = first.scope({ name: 'chat' });
    const { id } = chat.delegate(worker, { goal: 'one' });
    chat.delegate(worker, { goal: 'two' });
    await first.close();

    const second = await open();
    expect([second.scope({ name: 'chat' }).isEvicted(id), second.scope({ name: 'other' }).isEvicted(id)]).toEqual([true, false]);
    await second.close();
  });
});

describe('a pause, in a session with a store', () => {
  it('should hold in another life until it is ended', async () => {
    const ran: string[] = [];
    const agent: AgentFunction = ({ goal }: Brief) => {
      ran.push(goal);
      return [goal];
    };
    const { open, crash } = lives({ agent: { agent, onRestart: 'restart' } });
    const first = await open();
    first.pause();
    first.pause();
    first.delegate(agent, { goal: 'work' });
    await first.kept();
    crash();

    const second = await open();
    await turn();
    expect([second.isPaused, ran]).toEqual([true, []]);
    second.resume();
    expect(ran).toEqual(['work']);
    await second.close();

    const third = await open();
    expect(third.isPaused).toBe(false);
    await third.close();
  });
});

describe('a limit, in a session with a store', () => {
  it('should hold back what goes on, where it is the agent’s own', async () => {
    const ran: string[] = [];
    const run: AgentFunction = ({ goal }: Brief) => {
      ran.push(goal);
      return NEVER;
    };
    const limit = createLimit({ running: 1 });
    const { open } = lives({ own: { agent: Object.assign(run, { limit }), onRestart: 'restart' } });
    const first = await open();
    for (const goal of ['one', 'two']) first.delegate(run, { goal }, { name: 'own' });
    await first.close();
    expect([ran, limit.running]).toEqual([['one'], 0]);

    const second = await open();
    await turn();
    expect([ran, limit.running]).toEqual([['one', 'one'], 1]);
    second.cancel();
    await second.close();
    expect(limit.running).toBe(0);
  });

  it('should be one that createLimit made', async () => {
    await expect(openSession({ store: memoryStore(), agents: { worker: { agent: worker, limit: { running: 3 } } } }))
      .rejects.toThrow('Expected `agents.worker.limit` to be a limit that createLimit made, got an object.');
  });
});

describe('what was spent, in a session with a store', () => {
  const spender: AgentFunction = ({ goal }: Brief) => [usage({ inputTokens: Number(goal), outputTokens: 0, costUsd: 0.1 }), 'done'];
  const left = (scope: Pick<DurableSession, 'delegate'>): number => {
    let tokens = NaN;
    scope.delegate((_, __, { budget }: AgentContext) => {
      tokens = budget.left.tokens!;
      return ['seen'];
    }, { goal: 'look' }, { name: 'looker' });
    return tokens;
  };

  it('should be known of the session, of each scope and of each task, with what was forgotten', async () => {
    const { open } = lives({ spender }, { budget: { tokens: 1_000 }, retain: { count: 1, unheard: 1 } });
    const first = await open();
    const chat = first.scope({ name: 'chat', budget: { tokens: 500 } });
    for (let n = 0; n < 5; n++) chat.delegate(spender, { goal: '10' });
    chat.scope({ name: 'inner' }).delegate(spender, { goal: '7' });
    const { id } = first.delegate(spender, { goal: '100' });
    await first.close();

    const second = await open();
    expect(second.get(id)!.snapshot().usage).toEqual({ inputTokens: 100, outputTokens: 0, costUsd: 0.1 });
    expect(left(second)).toBe(1_000 - 157);
    const again = second.scope({ name: 'chat', budget: { tokens: 500 } });
    expect(left(again)).toBe(500 - 57);
    expect(left(again.scope({ name: 'inner', budget: { tokens: 50 } }))).toBe(50 - 7);
    await again.close();
    expect(left(second.scope({ name: 'chat', budget: { tokens: 500 } }))).toBe(500);
    expect(left(second.scope({ name: 'chat' }).scope({ name: 'inner', budget: { tokens: 50 } }))).toBe(50);
    await second.close();

    const third = await open();
    expect([left(third), left(third.scope({ name: 'chat', budget: { tokens: 500 } }))]).toEqual([1_000 - 157, 500]);
    await third.close();
  });

  it('should go on from what was spent in a life that ended in the midst of it, also where nobody opens the scope', async () => {
    const contexts: AgentContext[] = [];
    const agent: AgentFunction = (_, __, context: AgentContext) => {
      contexts.push(context);
      return NEVER;
    };
    const { open, crash } = lives({ agent: { agent, onRestart: 'restart' } });
    const first = await open();
    first.scope({ name: 'chat' }).delegate(agent, { goal: 'spend' });
    contexts[0]!.emit(usage({ inputTokens: 30, outputTokens: 0 }));
    await new Promise((resolve) => { setTimeout(resolve, 60); });
    crash();

    const second = await open();
    await turn();
    contexts[1]!.emit(usage({ inputTokens: 5, outputTokens: 0 }));
    await second.close();

    const third = await open();
    expect(left(third.scope({ name: 'chat', budget: { tokens: 100 } }))).toBe(65);
    third.cancel();
    await third.close();
  });

  it('should refuse in another life what a budget has nothing left for', async () => {
    const { open } = lives({ spender }, { budget: { tokens: 100 } });
    const first = await open();
    first.delegate(spender, { goal: '100' });
    await first.close();
    const second = await open();
    expect(() => second.delegate(spender, { goal: '1' })).toThrow('budget');
    await second.close();
  });

  it('should keep the budget of a task that goes on', async () => {
    const contexts: AgentContext[] = [];
    const agent: AgentFunction = (_, __, context: AgentContext) => {
      contexts.push(context);
      return NEVER;
    };
    const { open } = lives({ agent: { agent, onRestart: 'restart' } });
    const first = await open();
    const { id } = first.delegate(agent, { goal: 'spend' }, { budget: { tokens: 100 }, wrapUp: { message: 'Come to an end.' } });
    contexts[0]!.emit(usage({ inputTokens: 30, outputTokens: 0 }));
    await first.close();

    const second = await open();
    await turn();
    expect(contexts[1]!.budget.left.tokens).toBe(70);
    contexts[1]!.emit(usage({ inputTokens: 60, outputTokens: 0 }));
    expect(contexts[1]!.takeSteering()).toEqual(['Come to an end.']);
    contexts[1]!.emit(usage({ inputTokens: 60, outputTokens: 0 }));
    expect(second.get(id)!.outcome).toMatchObject({ type: 'failed', error: { code: 'budget_exceeded' } });
    await second.close();
  });
});
