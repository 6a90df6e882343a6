import { describe, expect, it } from '@jest/globals';
import { concat, map, NEVER, of, timer } from 'rxjs';
import { createSession, line, lines, result, run, text, usage, type Agent, type AgentOutput, type Task } from '../../src/index.js';
import { firstWhere, hedge, quorum, race, retrying, supervised, type AnyAgent } from '../../src/compose/index.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { watch } from '../support/watch.js';
import { named } from './support/agents.js';

const brief = { goal: 'get there' };
const combinators: [string, (agent: AnyAgent, other: AnyAgent) => AnyAgent][] = [
  ['race', (agent, other) => race(agent, other)],
  ['hedge', (agent, other) => hedge(agent, { after: 10, agents: [other] })],
  ['supervised', (agent) => supervised(agent)],
  ['quorum', (agent, other) => quorum(2, [agent, other])],
  ['firstWhere', (agent, other) => firstWhere([agent, other], () => false)],
  ['a race in a race', (agent, other) => race(other, race(other, agent))],
  ['a race that is tried again', (agent, other) => retrying(race(agent, other), { count: 1 })],
];
const silent = named('silent', () => NEVER);
const says = (...outputs: AgentOutput<unknown>[]): AnyAgent => named('says', () => concat(of(...outputs), NEVER));

/** A task that has run into its deadline. */
function late(agent: AnyAgent): Task {
  const { scheduler, advance } = createVirtualTime();
  const session = createSession({ scheduler });
  const task = session.delegate(agent as Agent, brief, { deadline: 40 });
  advance(41);
  return task;
}

describe.each(combinators)('the partial result of %s', (_, combine) => {
  it('should be nothing where those that it started have nothing', () => {
    const { outcome } = late(combine(silent, silent));
    expect(outcome).toMatchObject({ type: 'failed', error: { code: 'deadline_exceeded' } });
    expect(outcome).not.toHaveProperty('partial');
  });

  it('should be what one that lives has printed last, or its result', () => {
    expect(late(combine(says(line('one'), line('two')), silent)).outcome).toMatchObject({ partial: 'two' });
    expect(late(combine(says(line('one'), text('half a li')), silent)).outcome).toMatchObject({ partial: 'half a li' });
    expect(late(combine(says(result({ n: 1 }), line('two')), silent)).outcome).toMatchObject({ partial: { n: 1 } });
  });

  it.each(['task', 'session'] as const)('should be that also where the budget of the %s has ended it', (whose) => {
    const { scheduler, advance } = createVirtualTime();
    const budget = { tokens: 5 };
    const session = createSession({ scheduler, ...whose === 'session' && { budget } });
    const spends = named('spends', () => concat(
      of(line('so far')), timer(20, scheduler).pipe(map(() => usage({ inputTokens: 9, outputTokens: 0 }))),
    ));
    const task = session.delegate(combine(spends, silent) as Agent, brief, whose === 'task' ? { budget } : {});
    advance(30);
    expect(task.outcome).toMatchObject({ error: { code: 'budget_exceeded' }, partial: 'so far' });
  });

  it('should be nothing of one that goes on by itself', () => {
    const starter: AnyAgent = (_brief, _steering, context) => {
      context.delegate(says(line('mine')), brief, { detached: true });
      return NEVER;
    };
    expect(late(combine(starter, silent)).outcome).not.toHaveProperty('partial');
  });
});

describe('an aside', () => {
  const aside = (words: string) => ({ ...line(words), aside: true });
  const reads: [string, AgentOutput<never>[], string][] = [
    ['alone', [aside('begun')], 'no_result'], ['behind a line', [line('done'), aside('over')], 'done'],
  ];

  it.each(reads)('should be printed, and be no result (%s)', (_, outputs, expected) => {
    for (const redact of [undefined, (words: string) => words]) {
      const session = createSession(redact && { redact });
      const task = session.delegate(() => of(...outputs), brief);
      expect(task.snapshot().preview).toEqual(outputs.map((output) => (output as { text: string }).text));
      expect(task.outcome).toMatchObject(expected === 'no_result' ? { error: { code: expected } } : { result: expected });
    }
  });

  it('should stay one where it comes out of a run inside another', () => {
    const agent: Agent = (given, _steering, context) => 
      context.run(() => of(line('done'), aside('over')), given).pipe(map((each) => each));
    expect(createSession().delegate(agent, brief).outcome).toMatchObject({ result: 'done' });
    const seen = watch(run(agent, brief).pipe(lines()));
    expect(seen).toEqual(['done', 'over', '|']);
  });

  it('should not be what a task without children of its own is read for', () => {
    expect(late(says(aside('begun'))).outcome).not.toHaveProperty('partial');
  });

  it('should leave a task that speaks for itself without the words of its children', () => {
    const parent: AnyAgent = (_brief, _steering, context) => {
      context.delegate(says(line('mine')), brief);
      return NEVER;
    };
    expect(late(parent).outcome).not.toHaveProperty('partial');
  });
});
