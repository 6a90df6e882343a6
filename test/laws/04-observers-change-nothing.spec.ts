import { describe, expect, it } from '@jest/globals';
import { share } from 'rxjs';
import { collect, createSession, lines, preview } from '../../src/index.js';
import { sameWithout } from '../support/laws/checks/observersChangeNothing.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { onRandomSchedules, play } from '../support/laws/play.js';
import type { Act, Command, History, Script, Step } from '../support/laws/script.js';

describe('law 4: observers coming and going change nothing for the child or for one another', () => {
  it('should keep the one subscription through any number of observers', () => {
    marbles(({ session, cold, expectObservable, expectSubscriptions }) => {
      const child = cold('  --a--b--------c----|   ');
      const childSubs = '   ^------------------!   ';
      const sub1 = '        ^--!                   ';
      const expected1 = '   s-a                    ';
      const sub2 = '        ------^--------!       ';
      const expected2 = '   ------(sab)---c        ';
      const sub3 = '        --------^              ';
      const expected3 = '   --------(sab)-c----(C|)';
      const sub4 = '        --------------------^  ';
      const expected4 = '   --------------------(sabcC|)';
      const { events } = session.delegate(() => child, { goal: 'print' });

      expectObservable(letters(events), sub1).toBe(expected1);
      expectObservable(letters(events), sub2).toBe(expected2);
      expectObservable(letters(events), sub3).toBe(expected3);
      expectObservable(letters(events), sub4).toBe(expected4);
      expectSubscriptions(child.subscriptions).toBe(childSubs);
    });
  });

  it('should call the agent once, and also without any observer', () => {
    marbles(({ session, cold, expectObservable, expectSubscriptions, flush }) => {
      const unwatched = cold('--a--|');
      const watched = cold('  --a--|');
      session.delegate(() => unwatched, { goal: 'print' }, { name: 'unwatched' });
      const { events } = session.delegate(() => watched, { goal: 'print' }, { name: 'watched' });
      // Whoever shares and leaves, leaves only the sharing.
      expectObservable(letters(events.pipe(share())), '^--!').toBe('s-a');
      expectObservable(events.pipe(preview(1)), '        ^!').toBe('-');
      expectObservable(events.pipe(lines()), '           ^!').toBe('-');
      expectSubscriptions(unwatched.subscriptions).toBe('^----!');
      expectSubscriptions(watched.subscriptions).toBe('  ^----!');
      flush();
      expect(session.get('unwatched')?.snapshot()).toMatchObject({ status: 'completed', preview: ['a'] });
    });
  });

  it('should let a task go on when a collect of it gives up', async () => {
    const session = createSession();
    let called = 0;
    const task = session.delegate(() => {
      called += 1;
      return new Promise<string>((resolve) => { setImmediate(() => { resolve('done'); }); });
    }, { goal: 'work' });
    await expect(collect(task, { timeout: 0, signal: AbortSignal.abort('no') })).rejects.toBe('no');

    expect(task.snapshot().status).toBe('running');
    expect(await collect(task)).toBe('done');
    expect(await collect(task)).toBe('done');
    expect(called).toBe(1);
  });

  // Without eviction and without acts of the observers, two runs of one history differ by the observers alone.
  const roomy = (history: History): History =>
    ({ ...history, limits: { ...history.limits, retain: { count: 1_000, age: 1_000_000, unheard: 1_000 } } });
  const passive = (history: History): History => mapActs(roomy(history), (act) =>
    act.do === 'observe' ? { ...act, acts: [] } : act);
  const watching: readonly string[] = ['observe', 'leave', 'look', 'awaitStop'];
  const nothing: Act = { do: 'steer', who: 'self', way: 'steer', words: 'blank' };
  const alone = (history: History): History =>
    ({ ...mapActs(roomy(history), (act) => watching.includes(act.do) ? nothing : act), watched: false });

  onRandomSchedules('should come to the same with and without observers', { observe: 8, leave: 4, steer: 4 }, 300, async (history) => {
    sameWithout(await play(passive(history), []), await play(alone(history), []));
  });
});

/** Replaces acts wherever they are done: by commands, agents, observers, teardowns. */
function mapActs(history: History, change: (act: Act) => Act): History {
  const inner = (acts: readonly Act[]): Act[] => acts.map((act) => mapAct(act));
  const mapScript = (script: Script): Script => ({
    ...script,
    steps: script.steps.map(mapStep),
    teardown: typeof script.teardown === 'object' ? mapAct(script.teardown) : script.teardown,
  });
  const mapStep = (step: Step): Step => {
    switch (step.do) {
      case 'listen': return { ...step, acts: inner(step.acts) };
      case 'out': case 'wait': case 'take': case 'handOver': case 'unlisten': case 'signal': case 'hold': return step;
      default: return mapAct(step);
    }
  };
  const mapAct = (act: Act): Act => {
    const changed = change(act);
    switch (changed.do) {
      case 'delegate': return { ...changed, script: mapScript(changed.script) };
      case 'observe': return { ...changed, acts: inner(changed.acts) };
      case 'steer': return changed.settled === undefined ? changed : { ...changed, settled: inner(changed.settled) };
      default: return changed;
    }
  };
  const mapCommand = (command: Command): Command => command.do === 'advance' || command.do === 'yield' ? command : mapAct(command);
  return { ...history, commands: history.commands.map(mapCommand) };
}
