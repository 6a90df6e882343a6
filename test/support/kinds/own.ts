import {
  concat, defer, EMPTY, finalize, firstValueFrom, from, ignoreElements, interval, lastValueFrom, map, of, startWith, takeWhile, tap,
  throwError, type Observable,
} from 'rxjs';
import {
  fromAsync, line, result, type Agent, type AgentContext, type AgentOutput, type AsyncAgentContext, type Brief, type Parts,
} from '../../../src/index.js';
import type { AgentKind, Play, Stage } from '../agentConformance.js';
import { picture } from './picture.js';

/** What those return. */
type Ended = string | undefined | Parts;

/** How those ask that can wait. */
const asks = { answer: 'red', ends: 'red' };
const question = { text: 'Which colour?' };
const atOnceAsks = 'it answers at once, and waits for nothing';

/** The goals of a conversation, kept for a task that follows. */
function recall({ goal, follow_up }: Brief, { followed, save }: Pick<AgentContext, 'followed' | 'save'>): string {
  const goals = [...follow_up === undefined ? [] : followed as string[], goal];
  save(goals);
  return goals.join(', ');
}

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

function outputs(play: Play, steering: Observable<string>, brief: Brief, context: AgentContext): Observable<AgentOutput | string> {
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
    case 'ask': return context.ask(question).pipe(map((answer) => result(answer)));
    case 'recall': return of(result(recall(brief, context)));
    case 'paint': return of(result(picture) as AgentOutput<never>);
  }
}

const observable: AgentKind = {
  acts: all,
  prints: true,
  asks,
  followUp: true,
  media: true,
  perform: (play, stage) => (brief, steering, context) => defer(() => {
    stage.enter();
    return outputs(play, steering, brief, context).pipe(finalize(() => stage.leave()));
  }),
  live: (life, stage) => (brief, steering, context) => defer(() => {
    stage.enter();
    const play: Play = { act: context.saved === undefined ? 'work' : life === 'speaks' ? 'answer' : 'nothing' };
    context.save({ step: 1 });
    return outputs(play, steering, brief, context).pipe(finalize(() => stage.leave()));
  }),
};

type StepContext = Pick<AsyncAgentContext, 'takeSteering' | 'signal' | 'ask' | 'followed' | 'save'>;

/** In steps: between two of them it looks for messages and for its end. */
async function* steps(play: Play, brief: Brief, context: StepContext): AsyncGenerator<string, Ended, void> {
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
    case 'ask': return firstValueFrom(context.ask(question));
    case 'recall': return recall(brief, context);
    case 'paint': return picture;
  }
}

async function* staged(play: Play, stage: Stage, brief: Brief, context: StepContext) {
  stage.enter();
  try {
    return yield* steps(play, brief, context);
  } finally {
    stage.leave();
  }
}

const asyncGenerator: AgentKind = {
  acts: all,
  prints: true,
  asks,
  followUp: true,
  media: true,
  perform: (play, stage) => ((brief, _steering, context) => staged(play, stage, brief, context)) as Agent,
};

const fromAsyncGenerator: AgentKind = {
  acts: all,
  prints: true,
  asks,
  followUp: true,
  media: true,
  perform: (play, stage) => fromAsync<Ended>((brief, context) => staged(play, stage, brief, context)) as Agent,
};

const promise: AgentKind = {
  acts: unprinted,
  prints: false,
  asks,
  followUp: true,
  media: true,
  perform: (play, stage) => ((brief, _steering, { signal, ask, followed, save }) => on(stage, async () => {
    if (play.act === 'ask') return firstValueFrom(ask(question));
    if (play.act === 'recall') return recall(brief, { followed, save });
    if (play.act === 'paint') return picture;
    if (play.act === 'fail') throw new Error(play.message);
    if (play.act === 'work') await aborted(signal);
    return play.act === 'answer' ? 'done' : undefined;
  })) as Agent,
};

const fromAsyncPromise: AgentKind = {
  acts: all,
  prints: true,
  asks,
  followUp: true,
  media: true,
  perform: (play, stage) => fromAsync<Ended>((brief, context) => on(stage, async () => {
    const work = steps(play, brief, context);
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
  asks: 'it is another way to listen, and does nothing else',
  followUp: 'it is another way to listen, and does nothing else',
  media: 'it is another way to listen, and does nothing else',
  perform: (_play, stage) => fromAsync<string>((_brief, { steering, print }) => on(stage, () => {
    print('ready');
    const heard = steering.pipe(takeWhile((words) => words !== 'end'), tap((words) => print(`heard ${words}`)));
    return lastValueFrom(concat(heard.pipe(ignoreElements()), of('done')));
  })),
};

/** What can be done at once, with the stage held for just that. */
function* sync(
  play: Play, stage: Stage, brief: Brief, context: Pick<AgentContext, 'followed' | 'save'>,
): Generator<string, Ended, void> {
  stage.enter();
  try {
    if (play.act === 'print' || play.act === 'fail') yield* play.lines;
    if (play.act === 'fail') throw new Error(play.message);
    if (play.act === 'recall') return recall(brief, context);
    if (play.act === 'paint') return picture;
    return play.act === 'nothing' ? undefined : 'done';
  } finally {
    stage.leave();
  }
}

const fromAsyncFunction: AgentKind = {
  acts: atOnce,
  prints: true,
  asks: atOnceAsks,
  followUp: true,
  media: true,
  perform: (play, stage) => fromAsync<Ended>((brief, context) => {
    const { print } = context;
    const work = sync(play, stage, brief, context);
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
  asks: atOnceAsks,
  followUp: true,
  media: true,
  perform: (play, stage) => fromAsync<Ended>((brief, context) => sync(play, stage, brief, context)) as Agent,
};

/** A plain function that answers with a list, whose last line is its result. */
const list: AgentKind = {
  acts: atOnce,
  prints: false,
  asks: atOnceAsks,
  followUp: true,
  media: true,
  perform: (play, stage) => (brief, _steering, context) => {
    stage.enter();
    try {
      if (play.act === 'recall') return [recall(brief, context)];
      if (play.act === 'paint') return [result(picture)] as never;
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
