import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { InvalidArgumentError, type Agent, type Brief, type Delegator } from '../../src/index.js';
import { command } from '../../src/agents/command/index.js';
import { openSession } from '../../src/core/openSession.js';
import { memoryStore } from '../../src/stores/index.js';
import { createToolset, type DescribedAgent } from '../../src/tools/index.js';
import { call } from './support/call.js';
import { idle, setUp } from './support/setUp.js';

interface Dig extends Brief { readonly depth?: number }

const digger: Agent<string, Dig> = ({ depth = 1 }) => [`dug ${depth}`];
const described: DescribedAgent = Object.assign(digger, {
  description: 'Digs.',
  briefSchema: z.object({ depth: z.number().optional() }),
  grant: ({ depth = 1 }: Dig, scope: Delegator) => {
    if (depth > 9) throw new InvalidArgumentError('That is too deep.');
    return { depth, room: scope.capacity.limit };
  },
});

describe('an agent that describes itself', () => {
  it('should be taken as it says', async () => {
    const { session } = setUp();
    const { delegate_task } = createToolset(session, { agents: { digger: described } });

    expect(delegate_task.description).toMatch(/\ndigger: Digs\.$/);
    expect(await call(delegate_task, { goal: 'x', depth: 3 })).toMatchObject({ ok: true, summary: 'dug 3' });
  });

  it('should give way to what its definition says', async () => {
    const { session } = setUp();
    const tools = createToolset(session, { agents: { digger: { agent: described, description: 'Does as I say.', steerable: false } } });

    expect(tools.delegate_task.description).toMatch(/\ndigger: Does as I say\.$/);
    expect(await call(tools.delegate_task, { goal: 'x', depth: 3 })).toMatchObject({ granted: { depth: 3 } });
  });

  it('should be so where a program is one', () => {
    const { session } = setUp();
    const tests = command('npm', ['test'], { description: 'Runs the tests.' });

    expect(createToolset(session, { agents: { tests } }).delegate_task.description).toMatch(/\ntests: Runs the tests\.$/);
    expect(createToolset(session, { agents: { bare: command('npm') } }).delegate_task.description).toMatch(/\nbare: a background agent$/);
    expect(() => command('npm', [], { description: ' ' })).toThrow('Expected `description` to be a string that is not blank');
  });

  it('should be said at once where it says it wrongly', () => {
    const { session } = setUp();
    const wrong = Object.assign((): string[] => [], { grant: 'all' }) as never;
    expect(() => createToolset(session, { agents: { wrong } })).toThrow('Expected `agents.wrong.grant` to be a function, got "all".');
    const never = Object.assign((): string[] => [], { onRestart: 'never' }) as never;
    expect(() => createToolset(session, { agents: { never } }))
      .toThrow('Expected `agents.never.onRestart` to be interrupt, restart, resume, got "never".');
    const definition = { agent: described, description: 'Digs.', onRestart: true as never };
    expect(() => createToolset(session, { agents: { digger: definition } })).toThrow('Expected `agents.digger.onRestart` to be');
  });

  it('should be one for a session with a store too, as its definition is', async () => {
    const agents = { digger: { agent: described, description: 'Digs.', onRestart: 'restart' }, plain: described } as const;
    createToolset(setUp().session, { agents });
    const session = await openSession({ store: memoryStore(), agents });
    await session.close();
  });
});

describe('what an agent grants', () => {
  it.each(['delegate_task', 'delegate_task_async'] as const)('should stand in the answer of %s', async (name) => {
    const { session } = setUp({ maxRunning: 3 });
    const tools = createToolset(session, { agents: { digger: described } });

    expect(await call(tools[name], { goal: 'x', depth: 3 })).toMatchObject({ ok: true, granted: { depth: 3, room: 3 } });
  });

  it.each(['delegate_task', 'delegate_task_async'] as const)('should refuse before %s has started anything', async (name) => {
    const { session } = setUp();
    const tools = createToolset(session, { agents: { digger: described } });

    expect(await call(tools[name], { goal: 'x', depth: 10 })).toEqual({ ok: false, code: 'invalid_argument', error: 'That is too deep.' });
    expect(session.list()).toEqual([]);
  });

  it('should be left out of the answer where it says nothing', async () => {
    const { session } = setUp();
    const tools = createToolset(session, { agents: { idle } });
    expect(await call(tools.delegate_task_async, { goal: 'x' })).not.toHaveProperty('granted');
  });
});
