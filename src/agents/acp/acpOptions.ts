import type { McpServer, ToolKind } from '@agentclientprotocol/sdk';
import { A_BOOLEAN, A_FUNCTION, check, count, duration, readOptions, WORDS, type Kind, type Option } from '../../core/check.js';
import { InvalidArgumentError } from '../../core/errors.js';
import { AN_ENVIRONMENT, type Environment } from '../../processes/environment.js';
import type { Sandbox } from '../../processes/launch.js';
import type { OnRestart } from '../../core/agent.js';
import { ON_RESTART } from '../../core/onRestart.js';
import { noWorktree } from '../restart/onRestart.js';
import { RESUME_PROMPT } from './restart/resumePrompt.js';
import { TOOL_KINDS, type AskPermission } from './permission/permission.js';

/** What becomes of a steering message; see {@link AcpOptions.steering}. */
export type AcpSteering = 'concurrent-prompt' | 'cancel-and-reprompt' | 'queue';

/** How an ACP agent is started, what it may do, and how it is talked to. */
export interface AcpOptions {
  /** The program: a path, or a name that is looked up on the `PATH`. */
  readonly command: string;
  /** @defaultValue none */
  readonly args?: readonly string[] | undefined;
  /** Variables beyond PATH, HOME, LANG and the like: a value, or `true` to pass on this process's own. @defaultValue none */
  readonly env?: Environment | undefined;
  /** Where it works. @defaultValue this process's own working directory, when the task starts */
  readonly cwd?: string | undefined;
  /**
   * Directories in and below which a brief may say by its `cwd` where its task works; links are followed first. @defaultValue none: every
   * task works in `cwd`
   */
  readonly roots?: readonly string[] | undefined;
  /**
   * Whether each conversation gets a git worktree of the repository that it would work in, on a branch of its own, from the last commit:
   * below `.sidestream/worktrees`, named in the first line; the result ends with the list of changed files. One without changes is removed
   * with its task, unless `keepAlive` is set. Fails as `not_started` where none can be made. @defaultValue false
   */
  readonly worktree?: boolean | undefined;
  /** What confines it, such as `bubblewrap(…)`. @defaultValue none */
  readonly sandbox?: Sandbox | undefined;
  /** What to say where the program is missing: how it is installed. @defaultValue none */
  readonly install?: string | undefined;
  /** What it is good for, for a model to choose by. @defaultValue a sentence with its name */
  readonly description?: string | undefined;
  /**
   * How a message reaches it in mid-run. ACP has no word for it, and agents differ: `'concurrent-prompt'` sends a second prompt at once,
   * for agents that take it up in the turn; `'cancel-and-reprompt'` cancels the turn, waits for its answer and sends the message as the
   * next; `'queue'` sends it when the turn has ended by itself; `false` says that it cannot be steered. @defaultValue `'queue'`
   */
  readonly steering?: AcpSteering | false | undefined;
  /**
   * The session mode in which it works, by the agent's own id, such as `'default'` or `'read-only'`; each preset sets the one in which its
   * agent asks. It is set before anything is asked of the agent, checked by what the agent reports then, and set back if the agent changes
   * it by itself. A mode that is known as one in which an agent acts without asking is refused, also where the agent is in it by itself,
   * unless `unattended` is set or `allow` is `'all'`. @defaultValue the one in which the agent starts
   */
  readonly mode?: string | undefined;
  /**
   * Whether it may work where it cannot be made to ask: then `allow` and `permissions` say nothing, and it belongs into a sandbox. Without
   * it, an agent whose `mode` cannot be set does not start. @defaultValue false
   */
  readonly unattended?: boolean | undefined;
  /** The newest version of the agent with which these options were tried: where a newer one is found, a line says so. @defaultValue none */
  readonly seen?: string | undefined;
  /**
   * Whether it takes a turn that is cancelled out of its history, as Gemini CLI does: what it was asked for in that turn is then told again
   * with the next message, and with a follow-up. @defaultValue false
   */
  readonly forgetsCancelled?: boolean | undefined;
  /** Tools that need not ask: their kinds, or `'all'`, which belongs into a sandbox. @defaultValue none */
  readonly allow?: readonly ToolKind[] | 'all' | undefined;
  /**
   * Answers what `allow` does not cover. `'ask'`: it becomes a question of the task, of kind `permission`, and the agent waits for the
   * answer as long as it takes, with its clocks standing still; so somebody has to watch `session.questions`. A function decides by
   * itself, or asks for some (`(request, ask) => request.kind === 'fetch' ? 'reject_once' : ask()`), or is a desk's `ask` (see
   * `createPermissionDesk`). @defaultValue everything is refused
   */
  readonly permissions?: AskPermission | 'ask' | undefined;
  /**
   * Whether this process reads and writes text files for it, inside `cwd` only. Agents have file tools of their own; this is a way around
   * their sandbox, and around asking for permission. @defaultValue `'none'`
   */
  readonly files?: 'none' | 'read' | 'write' | undefined;
  /** Whether its thoughts are printed. They never are its result. @defaultValue `'hide'` */
  readonly thoughts?: 'hide' | 'print' | undefined;
  /** MCP servers for it to connect to. @defaultValue none */
  readonly mcpServers?: readonly McpServer[] | undefined;
  /** The id of the way to log in that it is to use before the conversation begins. @defaultValue none: as the agent was set up */
  readonly authenticate?: string | undefined;
  /**
   * Whether its process lives on after a task, for a follow-up: milliseconds that it may then idle, or `true` for until `close()`. It does
   * not keep this process alive. @defaultValue it ends with its task; a follow-up then needs an agent that can resume or load a session
   */
  readonly keepAlive?: number | true | undefined;
  /** Processes that may idle at one time; the one that has idled longest goes first. @defaultValue 4 */
  readonly maxIdle?: number | undefined;
  /**
   * Whether a brief may continue a conversation that this agent has not had itself, by its ACP session id. Not for briefs that a model
   * writes: whatever the program has stored could be read that way. @defaultValue false
   */
  readonly anySession?: boolean | undefined;
  /**
   * What becomes of a running task in a session with a store when its process has ended; a definition in a toolset, or of the session,
   * comes first. `'resume'`: the agent is started again, loads the conversation, is brought into its mode as at a start, and is asked to
   * go on by `resumePrompt`. One that can neither load nor resume a session is `interrupted`; so is a task with a worktree.
   * @defaultValue `'interrupt'`
   */
  readonly onRestart?: OnRestart | undefined;
  /**
   * What it is told when its process has ended and it goes on; the goal, and what it was steered with since, follow.
   * @defaultValue that it was interrupted, and is to look at what is there before it does anything again
   */
  readonly resumePrompt?: string | undefined;
  /** Milliseconds for each step of the start: initialize, authenticate, and to open the session. @defaultValue 30000 */
  readonly handshakeTimeout?: number | undefined;
  /** Milliseconds that a cancelled turn has to answer, before its program is ended. @defaultValue 1000 */
  readonly cancelGrace?: number | undefined;
  /** Milliseconds from the cancel to KILL: `cancelGrace`, TERM, and what is left. @defaultValue 3000 */
  readonly grace?: number | undefined;
  /**
   * Milliseconds of silence, with no tool call open, after which a prompt that was never answered counts as done where another one has
   * ended its turn. @defaultValue 30000
   */
  readonly promptSilence?: number | undefined;
  /** Characters of the longest message that is read. @defaultValue 16777216 */
  readonly maxMessageLength?: number | undefined;
}

const oneOf = (...words: readonly unknown[]): Kind => [(value) => words.includes(value), words.join(', ')];
const STRINGS: Kind = [(value) => Array.isArray(value) && value.every((each) => typeof each === 'string'), 'a list of strings'];
const KINDS: Kind = [
  (value) => value === 'all' || (Array.isArray(value) && value.every((each) => TOOL_KINDS.includes(each as ToolKind))),
  `'all', or a list of ${TOOL_KINDS.join(', ')}`,
];
const OBJECTS: Kind = [
  (value) => Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null), 'a list of MCP servers',
];
const TO_ASK: Kind = [(value) => value === 'ask' || typeof value === 'function', "'ask', or a function"];
const TO_KEEP: Kind = [(value) => value === true || duration(1)[0](value), `true, or ${duration(1)[1]}`];

const OPTIONS: Record<keyof AcpOptions, Option> = {
  command: [undefined, WORDS],
  args: [[], STRINGS],
  env: [undefined, AN_ENVIRONMENT],
  cwd: [undefined, WORDS],
  roots: [undefined, STRINGS],
  worktree: [false, A_BOOLEAN],
  sandbox: [undefined, A_FUNCTION],
  install: [undefined, WORDS],
  description: [undefined, WORDS],
  steering: ['queue', oneOf('concurrent-prompt', 'cancel-and-reprompt', 'queue', false)],
  forgetsCancelled: [false, A_BOOLEAN],
  mode: [undefined, WORDS],
  unattended: [false, A_BOOLEAN],
  seen: [undefined, WORDS],
  allow: [[], KINDS],
  permissions: [undefined, TO_ASK],
  files: ['none', oneOf('none', 'read', 'write')],
  thoughts: ['hide', oneOf('hide', 'print')],
  mcpServers: [[], OBJECTS],
  authenticate: [undefined, WORDS],
  keepAlive: [undefined, TO_KEEP],
  maxIdle: [4, count(0)],
  anySession: [false, A_BOOLEAN],
  onRestart: [undefined, ON_RESTART],
  resumePrompt: [RESUME_PROMPT, WORDS],
  handshakeTimeout: [30_000, duration(1)],
  cancelGrace: [1_000, duration(0)],
  grace: [3_000, duration(0)],
  promptSilence: [30_000, duration(1)],
  maxMessageLength: [16_777_216, count(1)],
};

/** The options with their defaults. */
export type AcpSettings = AcpOptions & { readonly [Name in Defaulted]: NonNullable<AcpOptions[Name]> };

type Defaulted = 'args' | 'steering' | 'forgetsCancelled' | 'unattended' | 'allow' | 'files' | 'thoughts' | 'mcpServers' | 'maxIdle'
  | 'anySession' | 'resumePrompt' | 'handshakeTimeout' | 'cancelGrace' | 'grace' | 'promptSilence' | 'maxMessageLength';

/** Reads what `acp` was called with. */
export function readAcp(options: AcpOptions): AcpSettings {
  const settings = readOptions('the options of acp', options, OPTIONS) as unknown as AcpSettings;
  check('command', settings.command, WORDS);
  if (settings.worktree === true && settings.onRestart === 'resume') throw noWorktree('acp');
  if (settings.cancelGrace > settings.grace) {
    if (options.cancelGrace === undefined) return { ...settings, cancelGrace: settings.grace };
    throw new InvalidArgumentError(
      `Expected \`cancelGrace\` to be at most \`grace\`, of which it is a part, got ${settings.cancelGrace} and ${settings.grace}.`,
    );
  }
  return settings;
}
