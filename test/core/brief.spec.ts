import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { createSession, run, type Agent, type Brief } from '../../src/index.js';

describe('a brief', () => {
  const given = (): { goal: string; list: { name: string }[] } => ({ goal: 'look', list: [{ name: 'one' }] });

  it('should be a frozen copy, to the last list in it', () => {
    const brief = given();
    let seen!: Readonly<typeof brief>;
    const agent: Agent<string, typeof brief> = (asked) => {
      seen = asked;
      return NEVER;
    };
    const task = createSession().delegate(agent, brief);
    brief.list[0]!.name = 'changed';
    brief.goal = 'changed';
    expect(seen).toEqual(given());
    expect(task.brief).toBe(seen);
    expect(task.snapshot().goal).toBe('look');
    for (const part of [seen, seen.list, seen.list[0]]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('should keep what one child does to it from all others', () => {
    const session = createSession();
    const brief = given();
    const spoils: Agent[] = [
      (asked) => { delete (asked as { goal?: string }).goal; return NEVER; },
      (asked) => { Object.defineProperty(asked, 'goal', { get: () => { throw new Error('no'); } }); return NEVER; },
      (asked) => { (asked as typeof brief).list.length = 0; return NEVER; },
    ];
    for (const spoil of spoils) session.delegate(spoil, brief);
    session.delegate(() => NEVER, brief);
    expect(session.list().map(({ goal }) => goal)).toEqual(['look', 'look', 'look', 'look']);
    expect(brief).toEqual(given());
  });

  it('should give each child dates, maps and sets of its own', () => {
    const session = createSession();
    const fn = (): void => undefined;
    const brief = { goal: 'look', since: new Date(0), seen: new Map([['a', [1]]]), names: new Set(['x']), calls: new Map([['f', fn]]) };
    const spoil: Agent<string, typeof brief> = (asked) => {
      asked.since.setFullYear(1999);
      asked.seen.get('a')!.push(2);
      asked.names.clear();
      return NEVER;
    };
    session.delegate(spoil, brief);
    const second = session.delegate<string, typeof brief>(() => NEVER, brief);
    const expected = { since: new Date(0), seen: new Map([['a', [1]]]), names: new Set(['x']) };
    expect(brief).toMatchObject(expected);
    expect(second.brief).toMatchObject(expected);
    // What cannot be cloned is shared.
    expect((second.brief as typeof brief).calls.get('f')).toBe(fn);
  });

  it('should be copied by `run` too', () => {
    const brief = given();
    let seen: Brief | undefined;
    run((asked) => { seen = asked; return ['done']; }, brief).subscribe();
    expect(seen).toEqual(brief);
    expect(Object.isFrozen(seen)).toBe(true);
  });

  it('should ask each getter once, and keep what is no plain data as it is', () => {
    let asked = 0;
    const place = new URL('http://localhost/');
    const same = { again: true };
    const brief = { get goal() { asked += 1; return 'look'; }, place, self: same, twice: same, call: () => 1 };
    const task = createSession().delegate(() => NEVER, brief);
    expect(asked).toBe(1);
    expect((task.brief as typeof brief).place).toBe(place);
    expect((task.brief as typeof brief).self).toBe((task.brief as typeof brief).twice);
  });

  it('should be refused where it cannot be read', () => {
    const session = createSession();
    const throws = { goal: 'look', get more(): unknown { throw new Error('no'); } };
    let deep: unknown = 'deep';
    for (let n = 0; n < 100_000; n++) deep = [deep];
    const { proxy, revoke } = Proxy.revocable({ goal: 'look' }, {});
    revoke();
    for (const bad of [throws, { goal: 'look', deep }, proxy]) {
      expect(() => session.delegate(() => NEVER, bad as Brief)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
    }
    expect(session.list()).toEqual([]);
  });
});
