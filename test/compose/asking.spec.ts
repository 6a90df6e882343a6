import { describe, expect, it } from '@jest/globals';
import { concat, defer, firstValueFrom, ignoreElements, map, mergeMap, of, Subject, take } from 'rxjs';
import { collect, createSession, result, type Agent, type OpenQuestion, type Session } from '../../src/index.js';
import { fallback, hedge, quorum, race, retrying } from '../../src/compose/index.js';
import { named } from './support/agents.js';

const brief = { goal: 'paint it' };
const asking = (text: string): Agent => named(text, (_brief, _steering, { ask }) => ask({ text }).pipe(map((answer) => result(answer))));
const open = (session: Session): Promise<readonly OpenQuestion[]> => firstValueFrom(session.questions);

/** The one that is open, as soon as one is. */
const asked = (session: Session): Promise<OpenQuestion> => firstValueFrom(session.questions.pipe(mergeMap((all) => all.slice(0, 1))));

describe('an agent that asks, inside another', () => {
  it.each<[string, (loser: Agent, winner: Agent) => Agent<unknown>]>([
    ['race', (loser, winner) => race(loser, winner)], ['quorum', (loser, winner) => quorum(1, [loser, winner])],
    ['hedge', (loser, winner) => hedge(loser, { when: () => of('now'), agents: [winner] })],
    ['a race of retried ones', (loser, winner) => race(retrying(loser, { count: 2 }), winner)],
  ])('should ask nothing any more when it has lost: %s', async (_, combine) => {
    await using session = createSession();
    const won = new Subject<void>();
    const winner = named('winner', () => concat(won.pipe(take(1), ignoreElements()), defer(() => of(result('won')))));
    const task = session.delegate(combine(asking('colour?'), winner), brief);
    const [question, ...others] = await open(session);
    expect(question).toMatchObject({ text: 'colour?' });
    expect(others).toEqual([]);
    won.next();
    expect(await collect(task)).toBe('won');
    expect(await open(session)).toEqual([]);
    expect(question!.answer('red')).toMatchObject({ answered: false, error: { code: 'not_running' } });
  });

  it('should win by its answer', async () => {
    await using session = createSession();
    const task = session.delegate(race(asking('one?'), asking('two?')), brief);
    const [one, two] = await open(session);
    two!.answer('second');
    expect(await collect(task)).toBe('second');
    expect(one!.answer('first').answered).toBe(false);
  });

  it('should be tried again, or be followed by the next, where nobody answers', async () => {
    await using session = createSession();
    const again = session.delegate(retrying(asking('colour?'), { count: 1 }), brief);
    const first = await asked(session);
    first.decline();
    const second = await asked(session);
    expect(second).toMatchObject({ text: 'colour?', taskId: again.id });
    expect(second.id).not.toBe(first.id);
    second.answer('red');
    expect(await collect(again)).toBe('red');

    const next = session.delegate(fallback(asking('one?'), asking('two?')), brief);
    (await asked(session)).decline();
    (await asked(session)).answer('blue');
    expect(await collect(next)).toBe('blue');
  });
});
