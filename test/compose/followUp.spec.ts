import { describe, expect, it } from '@jest/globals';
import { identity, NEVER } from 'rxjs';
import { collect, createSession, result, type Agent, type Brief } from '../../src/index.js';
import { firstWhere, flowing, hedge, quorum, race, retrying, sequence, steered, supervised, through } from '../../src/compose/index.js';

/** What the child was asked, and what the one that works behind it in the same task goes on with. */
function twoOf(): { readonly child: Agent; readonly last: Agent; readonly asked: Brief[] } {
  const asked: Brief[] = [];
  return {
    asked,
    child: (brief) => {
      asked.push(brief);
      return [result('looked')];
    },
    last: ({ goal }, _steering, { followed = [], save }) => {
      const goals = [...followed as string[], goal];
      save(goals);
      return [result(goals.join(', '))];
    },
  };
}

const KINDS: readonly (readonly [string, (child: Agent) => Agent<unknown>])[] = [
  ['race', (child) => race(child)],
  ['hedge', (child) => hedge(child, { after: 10 })],
  ['quorum', (child) => quorum(1, [child])],
  ['firstWhere', (child) => firstWhere([child], ({ type }) => type === 'result')],
  ['supervised', (child) => supervised(child)],
];

describe('a follow-up of what starts children', () => {
  it.each<[string, (child: Agent, last: Agent) => Agent<unknown>]>([
    ...KINDS.map(([name, combine]) => [name, (child: Agent, last: Agent) => sequence(combine(child), last)] as [string, never]),
    ['flowing', (child, last) => flowing(child, last)],
  ])('should go on in its own task, and ask the children anew: %s', async (_, combine) => {
    await using session = createSession();
    const { child, last, asked } = twoOf();
    const agent = combine(child, last);
    const first = session.delegate(agent, { goal: 'one' });
    expect(await collect(first)).toBe('one');
    expect(await collect(session.delegate(agent, { goal: 'two', follow_up: first.id }))).toBe('one, two');
    expect(asked).toEqual([{ goal: 'one' }, { goal: 'two' }]);
  });

  it.each(KINDS)('should be refused where nothing was saved in its own task: %s', async (_, combine) => {
    await using session = createSession();
    const agent = combine(({ goal }, _steering, { save }) => {
      save([goal]);
      return [result(goal)];
    });
    const { id } = session.delegate(agent, { goal: 'one' });
    await collect(session.get(id)!);
    expect(() => session.delegate(agent, { goal: 'two', follow_up: id })).toThrow(/has left no conversation to go on with/);
  });

  it('should be offered for what runs one in its own task, and not for what starts children', () => {
    const agent = Object.assign(() => [result('done')], { followUp: true as const });
    const inOne = [retrying(agent), steered(agent, () => NEVER), through(agent, identity)];
    for (const made of inOne) expect(made).toHaveProperty('followUp', true);
    for (const [, combine] of KINDS) expect(combine(agent)).not.toHaveProperty('followUp');
  });
});
