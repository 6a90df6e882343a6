import { describe, expect, it } from '@jest/globals';
import { createSession, type TaskEvent } from '../../src/index.js';
import { createInbox } from '../../src/inbox/index.js';
import { createToolset } from '../../src/tools/index.js';

/** A session that has to forget each end that nobody has heard of, and the warnings that it makes. */
function forgetful() {
  const session = createSession({ retain: { unheard: 0 } });
  const warnings: TaskEvent[] = [];
  session.events.subscribe((event) => { if (event.type === 'warning') warnings.push(event); });
  const agents = { echo: { agent: ({ goal }: { goal: string }) => [goal], description: 'Echoes.' } };
  return { session, warnings, agents };
}

describe('a toolset of a session that nobody asks for the unheard', () => {
  it('should leave it silent about what it forgets', async () => {
    const { session, warnings, agents } = forgetful();
    await createToolset(session, { agents }).list_tasks.execute({});
    session.delegate(agents.echo.agent, { goal: 'one' });
    expect(session.list()).toEqual([]);
    expect(warnings).toEqual([]);
    await session.close();
  });

  it('should not keep it silent where an inbox asks', async () => {
    const { session, warnings, agents } = forgetful();
    await createToolset(session, { agents }).list_tasks.execute({});
    expect(createInbox(session).waiting).toBe(0);
    session.delegate(agents.echo.agent, { goal: 'one' });
    expect(warnings).toMatchObject([{ code: 'unheard_evicted' }]);
    await session.close();
  });
});
