import fc from 'fast-check';
import {
  catchError, concat, defer, finalize, from, identity, ignoreElements, map, Observable, retry, take, takeUntil, timer,
} from 'rxjs';
import {
  fallback, firstWhere, flowing, hedge, quorum, race, retrying, sequence, steered, supervised, through,
} from '../../../src/compose/index.js';
import { fromAsync, line, result, type Agent, type AgentContext, type AgentFunction, type Task } from '../../../src/index.js';
import { named } from './agents.js';

/** What a leaf answers, where it says that it is a result: of an attempt that ends well, or of one that fails after it. */
export interface Answer {
  readonly good: boolean;
  readonly n: number;
}

/** Who works, and how. */
export interface Leaf {
  readonly kind: keyof typeof KINDS;
  /** What each run of it does; the last one is repeated. */
  readonly acts: readonly Act[];
}

export interface Act {
  readonly does: 'answers' | 'fails' | 'hangs' | 'says nothing';
  /** Milliseconds of the session's clock; 0 is at once. */
  readonly after: number;
  /** Whether it says beforehand what would be a result. */
  readonly boasts: boolean;
  readonly n: number;
}

/** An agent of agents. */
export interface Branch {
  readonly by: keyof typeof COMBINATORS;
  readonly n: number;
  readonly of: readonly Tree[];
}

export type Tree = Leaf | Branch;

type Combine = (agents: readonly [Agent<Answer>, ...Agent<Answer>[]], n: number) => Agent<Answer>;

/** Everything of the room that makes an agent of agents. `n` is a small number. */
export const COMBINATORS = {
  race: (agents) => race(...agents),
  quorum: (agents, n) => quorum(1 + n % agents.length, agents),
  firstWhere: (agents, n) => firstWhere(agents, (output) => output.type === 'result' && output.value.n >= n),
  hedge: ([agent, ...agents], n) => hedge(agent, { after: n, ...agents.length > 0 && { agents } }),
  'hedge by a signal': ([agent, ...agents], n) => hedge(agent, {
    when: ({ events }) => n === 0 ? ['now'] : events, ...agents.length > 0 && { agents },
  }),
  supervised: ([agent], n) => supervised(agent, { restarts: n, backoff: () => n }),
  'supervised and limited': ([agent], n) => supervised(agent, { restarts: 1, backoff: { initial: n }, deadline: 2 + n }),
  retrying: ([agent], n) => retrying(agent, { count: n, delay: n }),
  fallback: (agents) => fallback(...agents),
  sequence: ([agent, ...agents]) => sequence(agent, ...agents),
  flowing: ([agent, other = agent]) => flowing(agent, other) as Agent<Answer>,
  steered: ([agent], n) => steered(agent, (outputs) => outputs.pipe(take(n), map(() => 'go on'))),
  through: ([agent]) => through(agent, identity) as Agent<Answer>,
  // What a user writes with RxJS alone.
  retried: ([agent], n) => (brief, _steering, { run }) => run(agent, brief).pipe(retry(n)),
  caught: ([agent, other = agent]) => (brief, _steering, { run }) => run(agent, brief).pipe(catchError(() => run(other, brief))),
  'stopped in mid-run': ([agent, other = agent], n) => (brief, _steering, { run, scheduler }) => concat(
    run(agent, brief).pipe(ignoreElements(), takeUntil(timer(n, scheduler))), run(other, brief),
  ),
} satisfies Record<string, Combine>;

/** Where the runs of leaves are counted, and what agents of agents have left behind. */
export interface Ground {
  live: number;
  /** Children that lived when who had started them had ended, or was stopped. */
  readonly left: string[];
  /** Resolves, or emits, after so many milliseconds of the session's clock; tells how to call it off. */
  after(ms: number, work: () => void): () => void;
}

type Play = (ground: Ground, act: Act) => Agent<Answer>;

const KINDS = {
  observable: (ground, act) => () => new Observable((subscriber) => {
    ground.live += 1;
    subscriber.add(() => { ground.live -= 1; });
    subscriber.next(line(`about to be ${act.does}`));
    if (act.boasts) subscriber.next(result({ good: act.does !== 'fails', n: act.n }));
    subscriber.add(ground.after(act.after, () => {
      if (act.does === 'answers') subscriber.next(result({ good: true, n: act.n }));
      if (act.does === 'fails') subscriber.error(new Error(`failed ${act.n}`));
      else if (act.does !== 'hangs') subscriber.complete();
    }));
  }),
  promise: (ground, act) => ((_brief, _steering, context) => work(ground, act, context)) as AgentFunction as Agent<Answer>,
  'a function through fromAsync': (ground, act) => fromAsync<Answer | undefined>((_brief, context) => {
    if (act.boasts) context.emit(result({ good: act.does !== 'fails', n: act.n }) as never);
    return work(ground, act, context);
  }) as Agent<Answer>,
  'an async generator': (ground, act) => (async function* (_brief, _steering, context) {
    yield line('beginning');
    if (act.boasts) yield result({ good: act.does !== 'fails', n: act.n });
    return await work(ground, act, context);
  }) as Agent<Answer>,
  'a list': (_ground, act) => () => {
    if (act.does === 'fails') throw new Error(`failed ${act.n}`);
    return act.does === 'answers' ? [line('at once'), result({ good: true, n: act.n })] : [];
  },
} satisfies Record<string, Play>;

/** Holds the ground until it ends, or is stopped. */
function work(ground: Ground, { does, after, n }: Act, { signal }: AgentContext): Promise<Answer | undefined> {
  ground.live += 1;
  return new Promise<Answer | undefined>((resolve, reject) => {
    const callOff = ground.after(after, () => {
      if (does === 'answers') resolve({ good: true, n });
      else if (does === 'fails') reject(new Error(`failed ${n}`));
      else if (does === 'says nothing') resolve(undefined);
    });
    const stop = (): void => {
      callOff();
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  }).finally(() => { ground.live -= 1; });
}

/** The agent that a tree stands for. */
export function agentOf(tree: Tree, ground: Ground): Agent<Answer> {
  if ('by' in tree) return watched(COMBINATORS[tree.by](tree.of.map((one) => agentOf(one, ground)) as [Agent<Answer>], tree.n), ground);
  let runs = 0;
  const next = (): Agent<Answer> => KINDS[tree.kind](ground, tree.acts[Math.min(runs++, tree.acts.length - 1)]!);
  return named('leaf', ((...given) => next()(...given)) as Agent<Answer>);
}

/** Looks whether each child of a run has ended when that run has, which may be inside of a task that goes on. */
const watched = (agent: Agent<Answer>, { left }: Ground): Agent<Answer> =>
  Object.defineProperty((brief, steering, context) => defer(() => {
    const started: Task[] = [];
    const delegate: typeof context.delegate = (...given) => {
      const task = context.delegate(...given);
      started.push(task);
      return task;
    };
    const own = new Proxy(context, {
      get: (target, verb): unknown => verb === 'delegate' ? delegate : Reflect.get(target, verb, target),
    });
    return from(agent(brief, steering, own)).pipe(finalize(() => {
      const living = started.filter(({ status }) => status === 'running' || status === 'queued');
      left.push(...living.map(({ id }) => `${id}, started by ${agent.name}`));
    }));
  }), 'name', { value: agent.name });

const ms = fc.nat(4);

const acts: fc.Arbitrary<Act> = fc.record({
  does: fc.constantFrom<Act['does']>('answers', 'answers', 'fails', 'fails', 'hangs', 'says nothing'),
  after: ms, boasts: fc.boolean(), n: fc.nat(2),
});

const leaves: fc.Arbitrary<Leaf> = fc.record({
  kind: fc.constantFrom(...Object.keys(KINDS) as Leaf['kind'][]),
  acts: fc.array(acts, { minLength: 1, maxLength: 3 }),
});

/** Combinators within combinators, so many above one another. */
export const trees = (depth: number): fc.Arbitrary<Tree> => depth === 0 ? leaves : fc.record<Branch>({
  by: fc.constantFrom(...Object.keys(COMBINATORS) as Branch['by'][]),
  n: fc.nat(3),
  of: fc.array(fc.oneof({ weight: 1, arbitrary: leaves }, { weight: 2, arbitrary: trees(depth - 1) }), { minLength: 1, maxLength: 3 }),
});
