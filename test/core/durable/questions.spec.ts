import { describe, expect, it } from '@jest/globals';
import { concat, concatMap, from, NEVER, of } from 'rxjs';
import type { Agent, AgentFunction, Question, Task } from '../../../src/index.js';
import type { OnRestart } from '../../../src/core/agent.js';
import { openSession, type DurableSession } from '../../../src/core/openSession.js';
import { memoryStore } from '../../../src/stores/memory.js';
import { until } from '../../support/until.js';

const brief = { goal: 'ask' };

/** A store, and sessions over it that end as if their process was killed. */
function lives(agent: AgentFunction, onRestart: OnRestart = 'restart') {
  const store = memoryStore();
  return async (): Promise<DurableSession> => {
    // The one before has not been closed: it was killed.
    await store.close();
    return await openSession({ store, agents: { asker: { agent, onRestart } } });
  };
}

const delegate = (session: DurableSession, agent: AgentFunction): Task => session.delegate(agent, brief, { name: 'asker' });

const asks = (task: Task): Promise<void> => until(() => task.questions.length > 0);

/** Asks these one after another, and prints the answers. */
const inTurn = (...questions: readonly Question[]): Agent => (_brief, _steering, { ask }) => from(questions).pipe(
  concatMap((question) => ask(question)), concatMap((answer) => [JSON.stringify(answer)]),
);

describe('questions of a session with a store', () => {
  it('should be open again after a restart, by the same id, and be answered there', async () => {
    const agent = inTurn({ text: 'Who?' }, { text: 'Where?' });
    const live = lives(agent);
    const first = delegate(await live(), agent);
    await asks(first);
    const [question] = first.questions;
    const session = await live();
    const task = session.get(first.id)!;
    expect(JSON.parse(JSON.stringify(task.questions))).toEqual([JSON.parse(JSON.stringify(question))]);
    await until(() => task.snapshot().waitingFor !== undefined);
    expect(task.questions).toHaveLength(1);
    expect(task.answer(question!.id, 'Ann')).toMatchObject({ answered: true });
    expect(task.questions).toMatchObject([{ text: 'Where?' }]);
    expect(task.questions[0]!.id).not.toBe(question!.id);
    await session.close();
  });

  it('should take an answer before the agent has asked again', async () => {
    const agent = inTurn({ text: 'Who?' });
    const live = lives(agent);
    const first = delegate(await live(), agent);
    await asks(first);
    const session = await live();
    const task = session.get(first.id)!;
    expect(task.questions[0]!.answer('Ann').answered).toBe(true);
    expect(task.questions).toEqual([]);
    await until(() => task.outcome !== undefined);
    expect(task.outcome).toMatchObject({ result: '"Ann"' });
  });

  it('should give again what was answered, and ask for leave anew', async () => {
    const agent = inTurn({ text: 'Who?' }, { text: 'May I?', kind: 'permission' }, { text: 'Where?' });
    const live = lives(agent);
    const first = delegate(await live(), agent);
    await asks(first);
    first.questions[0]!.answer('Ann');
    await until(() => first.questions[0]?.kind === 'permission');
    first.questions[0]!.answer(true);
    await until(() => first.questions[0]?.text === 'Where?');
    const session = await live();
    const task = session.get(first.id)!;
    await until(() => task.questions.length === 2);
    expect(task.questions.map(({ text }) => text)).toEqual(['Where?', 'May I?']);
    expect(task.snapshot().preview).toContain('"Ann"');
    for (const { kind, answer } of task.questions) if (kind === 'permission') answer(false);
    await until(() => task.questions.length === 1);
    expect(task.answer(first.id, 'x').error).toMatchObject({ code: 'question_not_found' });
    await until(() => task.snapshot().waitingFor?.reason === 'an answer: Where?');
    task.questions[0]!.answer('here');
    await until(() => task.outcome !== undefined);
    expect(task.outcome).toMatchObject({ result: '"here"' });
  });

  it('should ask again what lies behind a checkpoint', async () => {
    const agent: Agent = (_brief, _steering, { ask, save, saved }) => concat(
      of(`from ${Number(saved ?? 0)}`),
      ask({ text: 'Go on?' }).pipe(concatMap((answer) => {
        save(Number(saved ?? 0) + 1);
        return [answer];
      })),
      NEVER,
    );
    const live = lives(agent, 'resume');
    const before = await live();
    const first = delegate(before, agent);
    await asks(first);
    first.questions[0]!.answer('yes');
    await before.kept();
    const session = await live();
    const task = session.get(first.id)!;
    await until(() => task.questions.length === 1);
    expect(task.snapshot().preview.at(-1)).toBe('from 1');
    expect(task.answer('q1', 'x').error?.code).not.toBeUndefined();
    await session.close();
  });

  it('should go with a task that is interrupted', async () => {
    const agent = inTurn({ text: 'Who?' });
    const live = lives(agent, 'interrupt');
    const first = delegate(await live(), agent);
    await asks(first);
    const session = await live();
    const seen: number[] = [];
    session.questions.subscribe((open) => { seen.push(open.length); });
    expect(session.get(first.id)!.outcome).toMatchObject({ error: { code: 'interrupted' } });
    expect(session.get(first.id)!.questions).toEqual([]);
    expect(seen).toEqual([0]);
    await session.close();
  });

  it('should stay open over an orderly end', async () => {
    const agent = inTurn({ text: 'Who?' });
    const live = lives(agent);
    const before = await live();
    const first = delegate(before, agent);
    await asks(first);
    await before.close();
    const session = await live();
    expect(session.get(first.id)!.questions).toMatchObject([{ text: 'Who?', id: first.questions[0]?.id ?? expect.any(String) }]);
    await session.close();
  });
});
