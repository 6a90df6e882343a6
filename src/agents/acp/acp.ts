import { basename } from 'node:path';
import { defer, finalize, switchMap, type Observable } from 'rxjs';
import type { Agent, AgentContext } from '../../core/agent.js';
import { InvalidArgumentError } from '../../core/errors.js';
import type { AgentOutput } from '../../core/output.js';
import { atWorkplace, type Desk } from '../../processes/workplace/atWorkplace.js';
import { placeFor } from '../../processes/workplace/placeFor.js';
import { placeField } from '../../tools/calls/placeBriefSchema.js';
import { acpBriefSchema, type AcpBrief } from './acpBrief.js';
import { readAcp, type AcpOptions } from './acpOptions.js';
import { converse } from './converse.js';
import { createHost } from './createHost.js';
import type { Settled } from './prompts/createPrompts.js';

/** An ACP agent, and what is to be known of it. */
export type AcpAgent = Agent<string, AcpBrief> & AsyncDisposable & {
  readonly description: string;
  readonly steerable: boolean;
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
 * a brief with `session`, the id of an earlier task, continues that one. Unsubscribing cancels the turn, waits for the answer, and ends
 * the program.
 *
 * ```
 * task    ──started──line──tool──tool──line──step──(completed|)
 * agent   ──init──new──prompt────────────────answer
 * cancel  ────────────prompt──────cancel──answer──TERM
 * ```
 *
 * Permission to use a tool is refused unless `allow` or `permissions` gives it. For the agents that are known, spread what is in `presets`:
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
    const { session, cwd: asked } = brief;
    const earlier = session === undefined ? undefined : host.find(session);
    if (session !== undefined && asked !== undefined) {
      throw new InvalidArgumentError('Expected `cwd` or `session` in the brief, not both: a conversation goes on where it was.');
    }
    // One whose process lives on has to find it where it was.
    const stays = settings.keepAlive !== undefined;
    return atWorkplace(settings, {
      asked, context, stays, earlier: earlier?.worktree, work: (desk) => run(brief, context, desk),
    });
  });
  const run = (brief: AcpBrief, context: AgentContext, desk: Desk): Observable<AgentOutput> => defer(() => {
    const conversation = host.begin(context.taskId, brief.session, desk);
    let settle = (): Promise<Settled> => Promise.resolve('cancelled');
    let isReleased!: (until: Promise<void>) => void;
    context.holdStop(new Promise<void>((resolve) => { isReleased = resolve; }));
    return host.open(conversation).pipe(
      switchMap((connection) => {
        const exchange = converse(connection, conversation, settings, brief, context);
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
    briefSchema: settings.roots === undefined ? acpBriefSchema : acpBriefSchema.extend({ cwd: placeField(settings.roots) }),
    ...settings.roots === undefined ? {} : { grant: ({ cwd: asked }: AcpBrief) => ({ cwd: placeFor(settings, asked) }) },
    sessionOf: host.sessionOf,
    close: host.close,
    [Symbol.asyncDispose]: host.close,
  });
}
