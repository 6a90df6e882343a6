import { basename } from 'node:path';
import { defer, finalize, switchMap, type Observable } from 'rxjs';
import type { Agent } from '../../core/agent.js';
import type { AgentOutput } from '../../core/output.js';
import { acpBriefSchema, type AcpBrief } from './acpBrief.js';
import { readAcp, type AcpOptions } from './acpOptions.js';
import { converse } from './converse.js';
import { createHost } from './createHost.js';
import type { Settled } from './createPrompts.js';

/** An ACP agent, and what is to be known of it. */
export type AcpAgent = Agent<string, AcpBrief> & AsyncDisposable & {
  readonly description: string;
  readonly steerable: boolean;
  readonly briefSchema: typeof acpBriefSchema;
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

  const agent: Agent<string, AcpBrief> = (brief, _steering, context) => defer((): Observable<AgentOutput> => {
    const conversation = host.begin(context.taskId, brief.session);
    let settle = (): Promise<Settled> => Promise.resolve('cancelled');
    let isReleased!: (until: Promise<void>) => void;
    context.holdStop(new Promise<void>((resolve) => { isReleased = resolve; }));
    return host.open(conversation).pipe(
      switchMap((connection) => {
        const exchange = converse(connection, conversation, settings, brief, context);
        ({ settle } = exchange);
        return exchange.outputs;
      }),
      finalize(() => { isReleased(host.end(conversation, settle())); }),
    );
  });

  Object.defineProperty(agent, 'name', { value: basename(command) });
  return Object.assign(agent, {
    description,
    steerable: steering !== false,
    briefSchema: acpBriefSchema,
    sessionOf: host.sessionOf,
    close: host.close,
    [Symbol.asyncDispose]: host.close,
  });
}
