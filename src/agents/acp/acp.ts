import { basename } from 'node:path';
import { catchError, defer, finalize, switchMap, throwError, type Observable } from 'rxjs';
import type { Agent, AgentContext } from '../../core/agent.js';
import { InterruptedError, InvalidArgumentError, NotStartedError } from '../../core/errors.js';
import type { AgentOutput } from '../../core/output.js';
import { atWorkplace, type Desk } from '../../processes/workplace/atWorkplace.js';
import { placeFor } from '../../processes/workplace/placeFor.js';
import { placeField } from '../../tools/calls/placeBriefSchema.js';
import { checkpointsOf, type Checkpoints } from '../restart/checkpointsOf.js';
import type { OnRestart } from '../../core/agent.js';
import { saysOnRestart } from '../restart/onRestart.js';
import { placesAgain } from '../restart/placesAgain.js';
import { acpBriefSchema, type AcpBrief } from './acpBrief.js';
import { readAcp, type AcpOptions } from './acpOptions.js';
import { converse } from './converse.js';
import { createHost } from './createHost.js';
import type { AcpCheckpoint } from './restart/acpCheckpoint.js';
import type { Settled } from './prompts/createPrompts.js';

/** An ACP agent, and what is to be known of it. */
export type AcpAgent = Agent<string, AcpBrief> & AsyncDisposable & {
  readonly description: string;
  readonly steerable: boolean;
  readonly onRestart?: OnRestart;
  readonly followUp: true;
  readonly briefSchema: typeof acpBriefSchema;
  readonly grant?: (brief: AcpBrief) => Readonly<Record<string, unknown>>;
  /** The ACP session id of a task's conversation, once it has one. */
  sessionOf(this: void, taskId: string): string | undefined;
  /** Ends what lives on between tasks, and what still runs; the agent starts nothing any more. */
  close(this: void): Promise<void>;
};

/**
 * A coding agent that speaks the Agent Client Protocol over stdio, such as opencode, Gemini CLI, Qwen Code, Claude Code or Codex.
 *
 * What it says is text, what it does are tool calls, and its last message is the result. It is asked for the goal in a session of its own;
 * a brief with `follow_up`, the id of an earlier task, or with `session`, continues that one. Unsubscribing cancels the turn, waits for the
 * answer, and ends the program.
 *
 * ```
 * task    ──started──line──tool──tool──line──step──(completed|)
 * agent   ──init──new──prompt────────────────answer
 * cancel  ────────────prompt──────cancel──answer──TERM
 * ```
 *
 * Permission to use a tool is refused unless `allow` or `permissions` gives it; `permissions: 'ask'` makes it a question of the task. For
 * the agents that are known, spread what is in `presets`:
 *
 * ```ts
 * import { acp, presets } from 'sidestream/acp';
 *
 * await using coder = acp({ ...presets.opencode, allow: ['read', 'edit'], keepAlive: 60_000 });
 * console.log(coder.name, coder.steerable); // opencode true
 * ```
 *
 * @throws InvalidArgumentError where an option is not what it should be. Started, it fails as `not_started` where the program cannot be
 * or a step of the start is refused or not answered, and with an {@link AcpError} where a turn does not end well
 */
export function acp(options: AcpOptions): AcpAgent {
  const settings = readAcp(options);
  const { command, steering, description = `The coding agent ${basename(command)}.` } = settings;
  const host = createHost(settings);

  const agent: Agent<string, AcpBrief> = (brief, _steering, context) => defer(() => {
    const { session, follow_up: followed, cwd: asked } = brief;
    if ([session, followed, asked].filter((given) => given !== undefined).length > 1) {
      throw new InvalidArgumentError(
        'Expected one of `follow_up`, `session` and `cwd` in the brief: a conversation goes on where it was.',
      );
    }
    const checkpoints = checkpointsOf<AcpCheckpoint>(context, 'acp', brief);
    const restarted = checkpoints.earlier;
    if (restarted?.worktree === true) {
      throw new InterruptedError('The process ended while the task ran, and its worktree cannot be found again. What it did may have '
        + 'happened. Start it again if it is still needed.');
    }
    const earlier = restarted === undefined ? host.find(session ?? followed, checkpoints.followed?.session) : undefined;
    // One that is not known here goes on where it was; the others know where that is.
    const again = restarted ?? (earlier === undefined ? checkpoints.followed : undefined);
    if (again?.worktree === true) {
      throw new NotStartedError(`The worktree of task ${followed} cannot be found again, so its conversation ended with its process. Start `
        + 'a new one without `follow_up`.');
    }
    // One whose process lives on has to find it where it was.
    const stays = settings.keepAlive !== undefined;
    return atWorkplace(placesAgain(settings, again), {
      asked: asked ?? again?.asked, context, stays, earlier: earlier?.worktree,
      work: (desk) => run({ brief, context, desk, checkpoints }),
    });
  });
  const run = ({ brief, context, desk, checkpoints: { earlier, followed, save } }: Run): Observable<AgentOutput> => defer(() => {
    const { taskId } = context;
    const conversation = earlier !== undefined ? host.resume(taskId, earlier, desk)
      : followed !== undefined ? host.follow(taskId, brief.follow_up!, followed, desk)
        : host.begin(taskId, brief.session, desk);
    let settle = (): Promise<Settled> => Promise.resolve('cancelled');
    let isReleased!: (until: Promise<void>) => void;
    context.holdStop(new Promise<void>((resolve) => { isReleased = resolve; }));
    let mode = earlier?.mode;
    const keep = (isAsked: boolean, told: readonly string[]): void => {
      const { home = process.cwd(), asked = brief.cwd } = earlier ?? followed ?? {};
      save({ session: conversation.sessionId, isAsked, mode, asked, worktree: desk.worktree !== undefined, home, told });
    };
    const resumed = earlier?.isAsked === true ? earlier : undefined;
    keep(resumed !== undefined, resumed?.told ?? []);
    return host.open(conversation).pipe(
      catchError((error: unknown) => throwError(() => resumed !== undefined ? lost(error)
        : followed !== undefined ? gone(error, brief.follow_up!) : error)),
      switchMap((connection) => {
        // As it is now: what it changes to by itself is no mode to be set.
        mode = conversation.modes?.current;
        const exchange = converse(connection, conversation, settings, {
          brief, context, resumed: resumed?.told, keep: (told) => { keep(true, told); },
        });
        ({ settle } = exchange);
        return exchange.outputs;
      }),
      finalize(() => {
        const ended = host.end(conversation, settle());
        desk.hold(ended);
        isReleased(ended);
      }),
    );
  });

  Object.defineProperty(agent, 'name', { value: basename(command) });
  return Object.assign(agent, {
    description,
    steerable: steering !== false,
    ...saysOnRestart(settings.onRestart),
    followUp: true as const,
    briefSchema: settings.roots === undefined ? acpBriefSchema : acpBriefSchema.extend({ cwd: placeField(settings.roots) }),
    ...settings.roots === undefined ? {} : { grant: ({ cwd: asked }: AcpBrief) => ({ cwd: placeFor(settings, asked) }) },
    sessionOf: host.sessionOf,
    close: host.close,
    [Symbol.asyncDispose]: host.close,
  });
}

/** One run of a task. */
interface Run {
  readonly brief: AcpBrief;
  readonly context: AgentContext;
  readonly desk: Desk;
  readonly checkpoints: Checkpoints<AcpCheckpoint>;
}

/** It had begun once, so that it does not start now is not all that is to be said. */
const lost = (error: unknown): unknown => error instanceof NotStartedError ? new InterruptedError(
  `The process ended while the task ran, and it cannot go on: ${error.message} What it did may have happened. `
    + 'Start it again if it is still needed.', { cause: error },
) : error;

/** What it is that has not started. */
const gone = (error: unknown, id: string): unknown => error instanceof NotStartedError ? new NotStartedError(
  `The conversation of task ${id} cannot go on: ${error.message}`, { cause: error },
) : error;
