import { describe, expect, it } from '@jest/globals';
import { concat, defer, firstValueFrom, ignoreElements, of, Subject, take } from 'rxjs';
import { createSession, result, run, type Agent, type Session } from '../../src/index.js';
import { hedge, quorum, race, supervised } from '../../src/compose/index.js';
import type { AgentKind, Play, Stage } from '../support/agentConformance.js';
import { acpKinds } from '../support/kinds/acp.js';
import { agUiKinds } from '../support/kinds/agUi.js';
import { commandKind } from '../support/kinds/command.js';
import { modelKind } from '../support/kinds/model.js';
import { ownKinds } from '../support/kinds/own.js';
import { turns } from '../support/turns.js';
import { until } from '../support/until.js';
import { named } from './support/agents.js';

const KINDS = [...acpKinds, ...agUiKinds, ['a command', commandKind] as const, ['a model', modelKind] as const, ...ownKinds]
  .filter(([, { acts }]) => acts.includes('work'));

type Combine = (loser: Agent, winner: Agent) => Agent<unknown>;

/** What lets one lose to another. */
const WAYS: readonly (readonly [string, Combine])[] = [
  ['race', (loser, winner) => race(loser, winner)],
  ['quorum', (loser, winner) => quorum(1, [loser, winner])],
  ['hedge', (loser, winner) => hedge(loser, { when: () => of('now'), agents: [winner] })],
  ['a race within a race, which loses', (loser, winner) => race(race(loser, supervised(loser)), winner)],
];

const brief = { goal: 'win' };

/** Where somebody may be acting still, when all that there was has ended. */
interface Scene {
  readonly session: Session;
  readonly loser: Agent;
  /** Wins when it is told to. */
  readonly winner: Agent;
  win(): void;
  live(): number;
}

describe.each(KINDS)('%s that loses', (_, kind) => {
  it.each(WAYS)('should really be stopped, in the frame of the win, before the end of the whole: %s', (_way, combine) =>
    play(kind, async ({ session, loser, winner, win, live }) => {
      const task = session.delegate(combine(loser, winner), brief);
      await working(kind, session, live);
      win();
      expect(task.outcome).toMatchObject({ type: 'completed', result: 'won' });
      expect(session.list().filter(({ status }) => status === 'running')).toEqual([]);
      const [lost] = session.list().filter(({ parentId, status }) => parentId === task.id && status === 'cancelled');
      expect(lost!.outcome).toMatchObject({ reason: expect.stringMatching(/^lost |^not needed/) });
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true, notStopped: [] });
      expect(live()).toBe(0);
      expect(session.unheard()).toEqual([task]);
    }));

  it.each(WAYS)('should really be stopped when the whole is cancelled: %s', (_way, combine) =>
    play(kind, async ({ session, loser, winner, live }) => {
      const task = session.delegate(combine(loser, winner), brief);
      await working(kind, session, live);
      task.cancel('enough');
      expect(session.list().filter(({ status }) => status === 'running')).toEqual([]);
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      expect(live()).toBe(0);
    }));

  it('should really be stopped when a run() of the whole is unsubscribed', () => play(kind, async ({ loser, winner, live }) => {
    const subscription = run(race(loser, winner), brief).subscribe();
    await until(() => live() > 0);
    subscription.unsubscribe();
    await until(() => live() === 0);
  }));

  it('should really be stopped when it is lost in the frame of its start', () => play(kind, async ({ session, loser, live }) => {
    const task = session.delegate(race(loser, () => [result('won')]), brief);
    expect(task.outcome).toMatchObject({ result: 'won' });
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(live()).toBe(0);
  }));
});

/** Waits until it holds something; of one that prints, until it says so. */
async function working({ prints }: AgentKind, session: Session, live: () => number): Promise<void> {
  await until(() => live() > 0);
  const isWorking = ({ agent, preview }: { readonly agent: string; readonly preview: readonly string[] }): boolean =>
    agent === 'loser' && preview.includes('working');
  if (prints) await until(() => session.list(10).some(isWorking));
  else await turns();
}

async function play(kind: AgentKind, test: (scene: Scene) => Promise<void>): Promise<void> {
  let entered = 0;
  let left = 0;
  const stage: Stage = { enter: () => { entered += 1; }, leave: () => { left += 1; } };
  const won = new Subject<void>();
  const work: Play = { act: 'work' };
  await using session = createSession({ maxDepth: 4 });
  session.unheard();
  await test({
    session,
    loser: named('loser', (...given) => kind.perform(work, stage)(...given)),
    winner: () => concat(won.pipe(take(1), ignoreElements()), defer(() => of(result('won')))),
    win: () => { won.next(); },
    live: () => entered - left,
  });
}
