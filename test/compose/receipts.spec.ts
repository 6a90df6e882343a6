import { describe, expect, it } from '@jest/globals';
import { concat, identity, NEVER, of, Subject, type Observable } from 'rxjs';
import { createSession, result, type Agent, type AgentContext } from '../../src/index.js';
import { fallback, flowing, retrying, sequence, steered, through } from '../../src/compose/index.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { watch } from '../support/watch.js';
import { inTurn } from './support/inTurn.js';

type Wrap = (agent: Agent) => Agent;

const found: Agent = () => [result('found')];
const silent: Agent = () => [];

const WRAPS: Readonly<Record<string, Wrap>> = {
  through: (agent) => through(agent, identity),
  retrying: (agent) => retrying(agent, { count: 0 }),
  steered: (agent) => steered(agent, () => NEVER),
  fallback: (agent) => fallback(silent, agent),
  sequence: (agent) => sequence(found, agent),
  flowing: (agent) => flowing(found, agent),
};
const PAIRS = Object.entries(WRAPS).flatMap(([outer, wrap]) => Object.entries(WRAPS).map(([inner, wrapInner]) =>
  [`${outer} of ${inner}`, (agent: Agent) => wrap(wrapInner(agent))] as const));

const brief = { goal: 'listen' };

/** An agent that takes its messages when it is told to, run in a task of its own, wrapped. */
function start(wrap: Wrap, answer: () => Observable<string> = () => NEVER) {
  const { scheduler, advance } = createVirtualTime();
  const contexts: AgentContext[] = [];
  const agent: Agent = (_brief, _steering, context) => {
    contexts.push(context);
    return answer();
  };
  const task = createSession({ scheduler }).delegate(wrap(agent), brief);
  return { task, advance, take: () => contexts.at(-1)!.takeSteering() };
}

describe.each(PAIRS)('a message through %s', (_, wrap) => {
  it('should read delivered when the agent inside has taken it, and not before', () => {
    const { task, advance, take } = start(wrap);
    const early = task.steer('early');
    advance(0);
    const receipt = task.steer('left');
    expect([early.state, receipt.state]).toEqual(['queued', 'queued']);
    expect(watch(receipt.settled)).toEqual([]);
    expect(take()).toEqual(['early', 'left']);
    expect(watch(early.settled)).toMatchObject([{ state: 'delivered' }, '|']);
    expect(watch(receipt.settled)).toMatchObject([{ state: 'delivered' }, '|']);
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 2, missed: 0 });
  });

  it('should read missed, with how the task ended, when that never was', () => {
    for (const [how, end] of [['cancelled', 'cancel'], ['completed', 'complete'], ['failed', 'error']] as const) {
      const said = new Subject<string>();
      const { task, advance } = start(wrap, () => concat(of('begun'), said));
      advance(0);
      const receipt = task.steer('left');
      if (end === 'cancel') task.cancel();
      else if (end === 'complete') said.complete();
      else said.error(new Error('no'));
      expect(task.status).toBe(how);
      expect(watch(receipt.settled)).toMatchObject([{ state: 'missed', reason: how }, '|']);
      expect(task.snapshot().missedSteering).toMatchObject([{ text: 'left' }]);
    }
  });

  it('should reach the next attempt where one has not taken it', () => {
    const said = new Subject<string>();
    const { task, advance, take } = start((agent) => retrying(wrap(agent)), inTurn<Observable<string>>(said, NEVER));
    advance(0);
    const receipt = task.steer('left');
    said.error(new Error('no'));
    for (let turn = 0; turn < 3; turn++) advance(1);
    expect(receipt.state).toBe('queued');
    expect(task.status).toBe('running');
    expect(take()).toEqual(['left']);
    expect(watch(receipt.settled)).toMatchObject([{ state: 'delivered' }, '|']);
  });
});
