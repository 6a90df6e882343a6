import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { concat, defer, ignoreElements, map, NEVER, of, throwError, timer, type Observable } from 'rxjs';
import {
  collect, createSession, result, usage, type Agent, type AgentOutput, type Session, type SessionOptions, type Task,
} from '../../src/index.js';
import { fallback, hedge, quorum, race, supervised } from '../../src/compose/index.js';
import { createVirtualTime, type VirtualTime } from '../support/virtualTime.js';

/** Every job that users of agents write again and again, and the lines of one's own that it may take. */
const JOBS = [
  'fan-out with cap', 'first failure cancels', 'race', 'quorum', 'hedge', 'fallback', 'supersede by key', 'supervised restart',
  'tree budget', 'soft deadline',
];
const MAX_LINES = 3;

const brief = { goal: 'look it up' };

interface Stage {
  readonly session: Session;
  readonly advance: VirtualTime['advance'];
  /** Ends with that result after so long. */
  after<R>(ms: number, value: R): Agent<R>;
}

const stage = (options: SessionOptions = {}): Stage => {
  const { scheduler, advance } = createVirtualTime();
  const after = <R>(ms: number, value: R): Agent<R> => () => timer(ms, scheduler).pipe(map(() => result(value)));
  return { session: createSession({ ...options, scheduler }), advance, after };
};

const failing = (message: string): Observable<never> => throwError(() => new Error(message));
const named = <R>(name: string, agent: Agent<R>): Agent<R> => Object.defineProperty(agent, 'name', { value: name });
const endsOf = (session: Session): Readonly<Record<string, unknown>> => Object.fromEntries(session.list().map(({ agent, outcome }) => [
  agent, outcome?.type === 'failed' ? outcome.error.code : outcome?.type === 'cancelled' ? outcome.reason : outcome?.type,
]));

describe('a job', () => {
  it('should be done: fan-out with cap', async () => {
    const { session, advance } = stage();
    let [running, most] = [0, 0];
    const worker: Agent = ({ goal }, _steering, { scheduler }) => defer(() => {
      most = Math.max(most, ++running);
      return timer(10, scheduler).pipe(map(() => {
        running -= 1;
        return `${goal} is done`;
      }));
    });
    const briefs = Array.from({ length: 10 }, (_, n) => ({ goal: `part ${n}` }));

    // job: fan-out with cap
    const scope = session.scope({ maxRunning: 4, overflow: 'queue' });
    const all = Promise.all(briefs.map((each) => collect(scope.delegate(worker, each))));
    // end

    expect(session.list().filter(({ status }) => status === 'running')).toHaveLength(4);
    for (let round = 0; round < 3; round++) advance(10);
    expect(await all).toEqual(briefs.map(({ goal }) => `${goal} is done`));
    expect(most).toBe(4);
  });

  it('should be done: first failure cancels', () => {
    const { session, advance, after } = stage();
    const broken: Agent = (_brief, _steering, { scheduler }) => concat(timer(10, scheduler).pipe(ignoreElements()), failing('no'));
    const agents = [named('slow', after(100, 'late')), named('broken', broken), named('quick', after(5, 'done'))];

    // job: first failure cancels
    const scope = session.scope({ onFailure: 'cancel' });
    for (const agent of agents) scope.delegate(agent, brief);
    // end

    advance(10);
    expect(endsOf(session)).toEqual({ slow: expect.stringMatching(/broken-\w+/), broken: 'agent_error', quick: 'completed' });
  });

  it('should be done: race', () => {
    const { session, advance, after } = stage();
    const slow = named('slow', after(100, 'late'));
    const quick = named('quick', after(10, 'first'));

    // job: race
    const task = session.delegate(race(slow, quick), brief);
    // end

    advance(10);
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'first' });
    expect(endsOf(session)).toEqual({ race: 'completed', slow: expect.stringMatching(/^lost the race to quick-/), quick: 'completed' });
  });

  it('should be done: quorum', () => {
    const { session, advance, after } = stage();
    const votes = [['one', 5, 'yes'], ['two', 10, 'no'], ['three', 20, 'yes'], ['four', 99, 'no']] as const;
    const judges = votes.map(([name, ms, vote]) => named(name, after(ms, vote)));

    // job: quorum
    const task = session.delegate(quorum(2, judges), brief);
    // end

    advance(20);
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'yes' });
    expect(endsOf(session)).toEqual({
      quorum: 'completed', one: 'completed', two: 'completed', three: 'completed', four: 'not needed: the quorum was reached',
    });
  });

  it('should be done: hedge', () => {
    const { session, advance, after } = stage();
    let runs = 0;
    const agent: Agent = named('reader', (...given) => (++runs === 1 ? after(5_000, 'late') : after(10, 'in time'))(...given));

    // job: hedge
    const task = session.delegate(hedge(agent, { after: 100 }), brief);
    // end

    advance(99);
    expect(runs).toBe(1);
    advance(11);
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'in time' });
    expect(session.list().map(({ status }) => status)).toEqual(['completed', 'cancelled', 'completed']);
  });

  it('should be done: fallback', () => {
    const { session } = stage();
    const bold: Agent = () => failing('no credit left');
    const modest: Agent = () => ['a plain answer'];

    // job: fallback
    const task = session.delegate(fallback(bold, modest), brief);
    // end

    expect(task.outcome).toMatchObject({ type: 'completed', result: 'a plain answer', attempt: 2 });
  });

  it('should be done: supersede by key', () => {
    const { session } = stage();
    const searcher: Agent = ({ goal }) => concat(of(`looks for ${goal}`), NEVER);

    // job: supersede by key
    const search = (goal: string): Task => session.delegate(searcher, { goal }, { key: 'search', whenTaken: 'supersede' });
    // end

    const [first, second] = [search('ca'), search('cats')];
    expect([first.status, second.status]).toEqual(['cancelled', 'running']);
    expect(first.outcome).toMatchObject({ reason: expect.stringContaining(second.id) });
    const third = search('cat');
    expect([second.status, third.status]).toEqual(['cancelled', 'running']);
  });

  it('should be done: supervised restart', () => {
    const { session, advance } = stage();
    let runs = 0;
    const flaky: Agent = named('flaky', () => ++runs < 3 ? failing(`broke in run ${runs}`) : ['done']);

    // job: supervised restart
    const task = session.delegate(supervised(flaky, { restarts: 3, backoff: { initial: 100 } }), brief);
    // end

    advance(100);
    expect(runs).toBe(2);
    advance(200);
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'done', attempt: 3 });
  });

  it('should be done: tree budget', () => {
    const { session, advance } = stage();
    const heard: string[] = [];
    const spending = (tokens: number): AgentOutput => usage({ inputTokens: tokens, outputTokens: 0 });
    const child: Agent = (_brief, _steering, { scheduler }) => concat(timer(10, scheduler).pipe(map(() => spending(45))), NEVER);
    const parent: Agent = (_brief, steering, { delegate }) => {
      steering.subscribe((words) => { heard.push(words); });
      for (const n of [1, 2, 3]) delegate(child, { goal: `part ${n}` });
      return NEVER;
    };

    // job: tree budget
    const task = session.delegate(parent, brief, { budget: { tokens: 100 } });
    // end

    advance(10);
    expect(heard).toHaveLength(1);
    expect(task.outcome).toMatchObject({ type: 'failed', error: { code: 'budget_exceeded' } });
    expect(session.list().filter(({ status }) => status === 'running')).toEqual([]);
    expect(task.snapshot().usage).toMatchObject({ inputTokens: 135 });
  });

  it('should be done: soft deadline', () => {
    const { session, advance } = stage();
    const writer: Agent = (_brief, steering) => steering.pipe(map((words) => result(`all that there is, as it was said: ${words}`)));

    // job: soft deadline
    const task = session.delegate(writer, brief, { deadline: 10_000, wrapUp: { before: 2_000, message: 'Come to an end.' } });
    // end

    advance(7_999);
    expect(task.snapshot().steering.delivered).toBe(0);
    advance(1);
    expect(task.snapshot().steering.delivered).toBe(1);
    advance(2_000);
    expect(task.outcome).toMatchObject({
      type: 'failed', error: { code: 'deadline_exceeded' }, partial: 'all that there is, as it was said: Come to an end.',
    });
  });

  it(`should take at most ${MAX_LINES} lines of one's own each`, () => {
    const source = readFileSync(fileURLToPath(import.meta.url), 'utf8');
    const jobs = [...source.matchAll(/^ *\/\/ job: (.*)\n([\s\S]*?)^ *\/\/ end$/gm)].map(([, name, lines]) =>
      [name, lines!.split('\n').filter((each) => each.trim() !== '').length] as const);
    expect(jobs.map(([name]) => name)).toEqual(JOBS);
    for (const [name, lines] of jobs) expect({ name, isShort: lines > 0 && lines <= MAX_LINES }).toEqual({ name, isShort: true });
  });
});
