import type { AbstractAgent, Interrupt, ResumeEntry, RunAgentParameters } from '@ag-ui/client';
import {
  catchError, concat, defer, EMPTY, mergeMap, of, repeat, startWith, take, tap, throwError, timeout, type Observable,
} from 'rxjs';
import type { Agent, AgentContext } from '../../core/agent.js';
import type { Brief } from '../../core/brief.js';
import { AgentError, InterruptedError, NotStartedError } from '../../core/errors.js';
import type { AgentOutput } from '../../core/output.js';
import { readAgUiOptions, type AgUiInput, type AgUiOptions } from './agUiOptions.js';
import { checkpointsOf } from '../restart/checkpointsOf.js';
import { createOutbox } from '../steering/createOutbox.js';
import { areExpired, askFor } from './run/askFor.js';
import { endAfter } from './run/endAfter.js';
import { guardFetch } from './run/guardFetch.js';
import { messageOf } from './run/messageOf.js';
import { ownAgent, type AgUiSource } from './ownAgent.js';
import { readError } from './run/readError.js';
import { readRun } from './run/readRun.js';
import { runnerOf } from './run/runnerOf.js';
import { keepThread, takeThread, withdrawn, type AgUiCheckpoint } from './run/thread.js';

/** An AG-UI agent as an agent of this library, with what a toolset reads of it. */
export type AgUiAgent<R = string, B extends Brief = Brief> = Agent<R, B> & {
  readonly steerable: boolean;
  readonly followUp: true;
  /** The AG-UI agent's own description, where it has one. */
  readonly description?: string;
};

/** How long a connection may stay open behind the last event of its run. */
const LINGER = 500;

/**
 * An AG-UI agent as a child: any `AbstractAgent`, `HttpAgent` above all.
 *
 * Each task has an agent and a conversation of its own: the given one is cloned; one that cannot be is handed over as a function that makes
 * it. Its middleware and its subscribers apply. Text becomes lines, tool calls and steps are what they are, and the result is that of the
 * run, or without one its last message. Unsubscribing ends the run and closes its request.
 *
 * A brief with `follow_up`, the id of an earlier task of it, goes on with the thread, the messages and the state of that one: they are kept
 * with the task, up to 256 KiB of JSON.
 *
 * It cannot resume: AG-UI has no word for a run that is under way, and what it had done would be done again. In a session with a store its
 * task is `interrupted` when the process has ended, unless a definition says `onRestart: 'restart'`.
 *
 * ```
 * run    ──TEXT(he)──TEXT(y)──TOOL_CALL──RUN_FINISHED|
 * lines  ───────────────────hey─────────|
 * ```
 *
 * ```ts
 * import { AbstractAgent, type BaseEvent } from '@ag-ui/client';
 * import { from } from 'rxjs';
 * import { collect, createSession } from 'sidestream';
 * import { agUi } from 'sidestream/ag-ui';
 *
 * class Greeter extends AbstractAgent {
 *   run({ threadId, runId, messages }: Parameters<AbstractAgent['run']>[0]) {
 *     return from([
 *       { type: 'RUN_STARTED', threadId, runId },
 *       { type: 'TEXT_MESSAGE_CHUNK', messageId: '1', delta: `hello ${messages.at(-1)?.content}` },
 *       { type: 'RUN_FINISHED', threadId, runId },
 *     ] as BaseEvent[]) as never;
 *   }
 * }
 * const task = createSession().delegate(agUi(new Greeter()), { goal: 'world' }); // or agUi(new HttpAgent({ url }))
 * console.log(await collect(task)); // hello world
 * ```
 *
 * @throws InvalidArgumentError where the agent or an option is not what it should be
 */
export function agUi<R = string, B extends Brief = Brief>(agent: AgUiSource<B>, options: AgUiOptions<B> = {}): AgUiAgent<R, B> {
  const { inputOf, steering: mode, onInterrupt, startTimeout } = readAgUiOptions(options);
  const own = ownAgent(agent);

  const child = (brief: B, _steering: Observable<string>, context: AgentContext): Observable<AgentOutput<R>> => defer(() => {
    const checkpoints = checkpointsOf<AgUiCheckpoint>(context, 'ag-ui', brief);
    const { followed } = checkpoints;
    if (checkpoints.earlier !== undefined) throw interrupted();
    const { message = messageOf(brief), threadId = crypto.randomUUID(), ...input } = inputOf(brief);
    const mine = begin(own(brief), followed?.threadId ?? threadId, input, followed);
    const run = runnerOf(mine, context.holdStop);
    const keep = (): void => { keepThread(mine, checkpoints); };
    let asked: readonly Interrupt[] = [];
    let inVain = 0;
    let resume = followed && withdrawn(followed);
    say(mine, message);
    const outbox = mode === false ? undefined : createOutbox(context);
    const steered = outbox?.came.pipe(startWith(undefined), mergeMap(() => outbox.take(1)), take(1));

    /** Whether there was something that the agent is to be told. */
    const tell = (): boolean => {
      const messages = outbox?.take() ?? [];
      for (const words of messages) say(mine, words);
      return messages.length > 0;
    };

    const runOnce = defer(() => {
      const parameters = parametersOf(input, resume);
      asked = [];
      resume = undefined;
      keep();
      const whole = concat(run(parameters), defer(() => {
        keep();
        return EMPTY;
      }));
      return whole.pipe(
        timeout({ first: startTimeout, with: () => throwError(() => silent(startTimeout)) }),
        endAfter(({ type }) => (type as string) === 'RUN_FINISHED', LINGER),
        tap(({ type }) => { if (isAtWork(type)) outbox?.arrived(); }),
        catchError((thrown: unknown) => throwError(() => readError(thrown))),
        readRun(onInterrupt === 'ask' ? (interrupts) => { asked = interrupts; } : undefined),
      );
    });

    /** Emits when there is reason for one more run of the conversation, and completes when there is none. */
    const again = defer(() => {
      inVain = asked.length > 0 && areExpired(asked) ? inVain + 1 : 0;
      if (inVain > IN_VAIN) {
        return throwError(() => new AgentError(
          'The AG-UI agent asks again and again for what has expired by then, so nobody can answer.',
        ));
      }
      if (asked.length > 0) return askFor(asked, context.ask, steered).pipe(tap((entries) => { resume = entries; }));
      return tell() ? of(true) : EMPTY;
    });

    // What came while the task was queued goes into the first run.
    tell();
    return (runOnce as Observable<AgentOutput<R>>).pipe(repeat({ delay: () => again }));
  });

  const description = typeof agent === 'function' ? '' : agent.description;
  return Object.assign(child, { steerable: mode !== false, followUp: true as const, ...description === '' ? {} : { description } });
}

/** So many runs in a row may stop for nothing that could be answered. */
const IN_VAIN = 3;

/** Readies an agent for a conversation that nobody else has. */
function begin(agent: AbstractAgent, threadId: string, { state }: AgUiInput, followed: AgUiCheckpoint | undefined): AbstractAgent {
  agent.threadId = threadId;
  agent.pendingInterrupts = [];
  // A clone takes it over from an agent that is in a run just now.
  agent.isRunning = false;
  if (followed !== undefined) takeThread(agent, followed);
  if (state !== undefined) agent.setState(state);
  guardFetch(agent);
  return agent;
}

/** What an agent does that has begun to work on what it was told: that its run has started, a server says by itself, and so its state. */
const isAtWork = (type: string): boolean => /^(TEXT_MESSAGE|TOOL_CALL|REASONING|THINKING|ACTIVITY)_|^RUN_FINISHED$/.test(type);

const say = (agent: AbstractAgent, content: string): void => {
  agent.addMessage({ id: crypto.randomUUID(), role: 'user', content });
};

const parametersOf = ({ context, forwardedProps }: AgUiInput, resume: ResumeEntry[] | undefined): RunAgentParameters => ({
  ...context === undefined ? {} : { context: [...context] },
  ...forwardedProps === undefined ? {} : { forwardedProps: forwardedProps as unknown },
  ...resume === undefined ? {} : { resume },
});

const silent = (milliseconds: number): NotStartedError => new NotStartedError(
  `The AG-UI agent did not answer within ${milliseconds} ms. Check that it runs, or set a longer \`startTimeout\`.`,
);

/** Where a definition says that it resumes. */
const interrupted = (): InterruptedError => new InterruptedError('The process ended while the task ran, and AG-UI has no word to go on '
  + 'with a run that was under way. What it did may have happened. Start it again if it is still needed, or say '
  + "`onRestart: 'restart'`.");
