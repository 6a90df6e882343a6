import {
  concat, defer, EMPTY, finalize, from, ignoreElements, interval, lastValueFrom, map, of, startWith, takeWhile, tap, throwError,
  type Observable,
} from 'rxjs';
import { fromAsync, line, result, type Agent, type AgentOutput, type AsyncAgentContext } from '../../../src/index.js';
import type { AgentKind, Play, Stage } from '../agentConformance.js';

const all = ['answer', 'print', 'listen', 'work', 'fail', 'nothing'] as const;
const atOnce = ['answer', 'print', 'fail', 'nothing'] as const;
const unprinted = ['answer', 'work', 'fail', 'nothing'] as const;

/** Holds the stage for as long as the work goes on. */
async function on<T>(stage: Stage, work: () => T | PromiseLike<T>): Promise<T> {
  stage.enter();
  try {
    return await work();
  } finally {
    stage.leave();
  }
}

const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => {
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
});

/** One that works by ticks; unsubscribing stops it. */
const ticking = interval(1).pipe(ignoreElements());

function outputs(play: Play, steering: Observable<string>): Observable<AgentOutput | string> {
  switch (play.act) {
    case 'answer': return of(result('done'));
    case 'print': return concat(from(play.lines), of(result('done')));
    case 'listen': return concat(
      steering.pipe(takeWhile((words) => words !== 'end'), map((words) => line(`heard ${words}`)), startWith('ready')),
      of(result('done')),
    );
    case 'work': return concat(of('working'), ticking);
    case 'fail': return concat(from(play.lines), throwError(() => new Error(play.message)));
    case 'nothing': return EMPTY;
  }
}

const observable: AgentKind = {
  acts: all,
  prints: true,
  perform: (play, stage) => (_brief, steering) => defer(() => {
    stage.enter();
    return outputs(play, steering).pipe(finalize(() => stage.leave()));
  }),
  live: (life, stage) => (_brief, steering, { save, saved }) => defer(() => {
    stage.enter();
    save({ step: 1 });
    const play: Play = { act: saved === undefined ? 'work' : life === 'speaks' ? 'answer' : 'nothing' };
    return outputs(play, steering).pipe(finalize(() => stage.leave()));
  }),
};

type StepContext = Pick<AsyncAgentContext, 'takeSteering' | 'signal'>;

/** In steps: between two of them it looks for messages and for its end. */
async function* steps(play: Play, context: StepContext): AsyncGenerator<string, string | undefined, void> {
  switch (play.act) {
    case 'answer': return 'done';
    case 'print':
      yield* play.lines;
      return 'done';
    case 'listen':
      yield 'ready';
      while (!context.signal.aborted) {
        for (const words of context.takeSteering()) {
          if (words === 'end') return 'done';
          yield `heard ${words}`;
        }
        await new Promise<void>((resolve) => { setImmediate(resolve); });
      }
      return undefined;
    case 'work':
      yield 'working';
      await aborted(context.signal);
      return undefined;
    case 'fail':
      yield* play.lines;
      throw new Error(play.message);
    case 'nothing': return undefined;
  }
}

async function* staged(play: Play, stage: Stage, context: StepContext) {
  stage.enter();
  try {
    return yield* steps(play, context);
  } finally {
    stage.leave();
  }
}

const asyncGenerator: AgentKind = {
  acts: all,
  prints: true,
  perform: (play, stage) => ((_brief, _steering, context) => staged(play, stage, context)) as Agent,
};

const fromAsyncGenerator: AgentKind = {
  acts: all,
  prints: true,
  perform: (play, stage) => fromAsync<string | undefined>((_brief, context) => staged(play, stage, context)) as Agent,
};

const promise: AgentKind = {
  acts: unprinted,
  prints: false,
  perform: (play, stage) => ((_brief, _steering, { signal }) => on(stage, async () => {
    if (play.act === 'fail') throw new Error(play.message);
    if (play.act === 'work') await aborted(signal);
    return play.act === 'answer' ? 'done' : undefined;
  })) as Agent,
};

const fromAsyncPromise: AgentKind = {
  acts: all,
  prints: true,
  perform: (play, stage) => fromAsync<string | undefined>((_brief, context) => on(stage, async () => {
    const work = steps(play, context);
    for (;;) {
      const { done, value } = await work.next();
      if (done === true) return value;
      context.print(value);
    }
  })) as Agent,
};

const fromAsyncListener: AgentKind = {
  acts: ['listen'],
  prints: true,
  perform: (_play, stage) => fromAsync<string>((_brief, { steering, print }) => on(stage, () => {
    print('ready');
    const heard = steering.pipe(takeWhile((words) => words !== 'end'), tap((words) => print(`heard ${words}`)));
    return lastValueFrom(concat(heard.pipe(ignoreElements()), of('done')));
  })),
};

/** What can be done at once, with the stage held for just that. */
function* sync(play: Play, stage: Stage): Generator<string, string | undefined, void> {
  stage.enter();
  try {
    if (play.act === 'print' || play.act === 'fail') yield* play.lines;
    if (play.act === 'fail') throw new Error(play.message);
    return play.act === 'nothing' ? undefined : 'done';
  } finally {
    stage.leave();
  }
}

const fromAsyncFunction: AgentKind = {
  acts: atOnce,
  prints: true,
  perform: (play, stage) => fromAsync<string | undefined>((_brief, { print }) => {
    const work = sync(play, stage);
    for (;;) {
      const { done, value } = work.next();
      if (done === true) return value;
      print(value);
    }
  }) as Agent,
};

const fromAsyncSyncGenerator: AgentKind = {
  acts: atOnce,
  prints: true,
  perform: (play, stage) => fromAsync<string | undefined>(() => sync(play, stage)) as Agent,
};

/** A plain function that answers with a list, whose last line is its result. */
const list: AgentKind = {
  acts: atOnce,
  prints: false,
  perform: (play, stage) => () => {
    stage.enter();
    try {
      if (play.act === 'fail') throw new Error(play.message);
      return [...play.act === 'print' ? play.lines : [], ...play.act === 'nothing' ? [] : ['done']];
    } finally {
      stage.leave();
    }
  },
};

/** Agents that are functions of one's own, by what they answer. */
export const ownKinds: readonly (readonly [string, AgentKind])[] = [
  ['an Observable', observable],
  ['an async generator', asyncGenerator],
  ['an async generator through fromAsync', fromAsyncGenerator],
  ['a promise', promise],
  ['a promise through fromAsync', fromAsyncPromise],
  ['a listener through fromAsync', fromAsyncListener],
  ['a generator through fromAsync', fromAsyncSyncGenerator],
  ['a function through fromAsync', fromAsyncFunction],
  ['a list', list],
];
