import type { Brief } from '../../core/brief.js';
import { A_BOOLEAN, A_FUNCTION, check, duration, readOptions, WORDS, type Kind, type Option } from '../../core/check.js';
import { InvalidArgumentError } from '../../core/errors.js';
import type { AgentOutput } from '../../core/output.js';
import type { Json } from '../../core/json.js';
import { STRINGS } from '../../processes/confine.js';
import { AN_ENVIRONMENT, type Environment } from '../../processes/environment.js';
import type { Sandbox } from '../../processes/launch.js';
import type { OnRestart } from '../../core/agent.js';
import { ON_RESTART } from '../../core/onRestart.js';
import { noWorktree } from '../restart/onRestart.js';
import type { Prompt } from './prompts/promptOf.js';

/** The arguments of a command, or a function that makes them of the brief. */
export type Arguments<B extends Brief = Brief> = readonly string[] | ((brief: B) => readonly string[]);

/** What one line of a program's output says. */
export type Read<R = string> = (line: string) => AgentOutput<R> | string | readonly (AgentOutput<R> | string)[] | undefined;

/** How a program is run as an agent. */
export interface CommandOptions<R = string, B extends Brief = Brief> {
  /** What it is good for, for a model to choose by; a definition in a toolset comes first. @defaultValue none */
  readonly description?: string | undefined;
  /**
   * What goes to its stdin. @defaultValue the goal, an empty line and the context; nothing where the arguments have a place for the goal
   * or are a function
   *
   * @param saved - what `checkpoint` read, of a task that goes on or is followed
   */
  readonly input?: ((brief: B, saved?: Json) => string) | undefined;
  /**
   * How a steering message is written to its stdin, which then stays open: `'lines'` as one line (newlines in it become spaces), `'json'`
   * as one line of JSON, `{"type":"steer","text":…}`, or a function that frames it. What was written need not have been read: it reads
   * `delivered` when the program has printed something after it, to stdout or stderr, and `missed` where the program ends without. One
   * that prints without being asked can seem to have heard. @defaultValue none: the agent is not steerable
   */
  readonly steering?: 'lines' | 'json' | ((message: string) => string) | undefined;
  /**
   * How a line looks by which the program asks and waits, on stdout or stderr, such as `/\[y\/N\] $/`, or a function that makes a question
   * of it: then the task asks it, and the answer is written to its stdin as a line, yes or no as `y` and `n`. A line without a newline
   * counts when the program is quiet for 150 ms. Its stdin stays open then, so the goal is better given by `{goal}` to one that reads
   * stdin to its end. What is declined, and no confirmation, fails the task as `unanswered`; steering waits until nothing is asked.
   * @defaultValue none
   */
  readonly prompts?: Prompt | readonly Prompt[] | undefined;
  /**
   * What a line of its stdout means: outputs, or nothing. For programs that print JSON by the line. A line of more than `maxResult`
   * characters is left out, and a line says so. @defaultValue every line is printed
   */
  readonly read?: Read<R> | undefined;
  /**
   * What the result is, where there is no `read`: the last line of stdout that shows anything, and `no_result` where none does; or all of
   * stdout without the blanks at its end, be it empty. Each at most `maxResult` long. @defaultValue `'line'`
   */
  readonly result?: 'line' | 'stdout' | undefined;
  /**
   * Characters of stdout that can be a result. Of a longer one the end is the result, with a mark in front that says how much is gone.
   * @defaultValue 1000000
   */
  readonly maxResult?: number | undefined;
  /**
   * What a line of its stdout says to go on from when this process has ended, and for a follow-up, such as the id of its session; nothing
   * where it says none. The last counts. @defaultValue none: the task cannot go on
   */
  readonly checkpoint?: ((line: string) => Json | undefined) | undefined;
  /**
   * The arguments with which it goes on, such as `['--resume', saved, '-p', goal]`; its stdin is as at a start. With it a brief may have
   * `follow_up`: its goal is new then, and `how` says so. @defaultValue none
   *
   * @param how - `restart`: the process of the task has ended, and it is to go on with its goal; `follow_up`: it goes on where another
   * task ended
   */
  readonly resume?: ((saved: Json, brief: B, how: 'restart' | 'follow_up') => readonly string[]) | undefined;
  /**
   * What becomes of a running task in a session with a store when its process has ended; a definition in a toolset, or of the session,
   * comes first. To resume takes `checkpoint` and `resume`; before a line gave a checkpoint, a task is `interrupted`.
   * @defaultValue `'interrupt'`, and `'resume'` where there is `resume`
   */
  readonly onRestart?: OnRestart | undefined;
  /** Variables beyond PATH, HOME, LANG and the like: a value, or `true` to pass on this process's own. @defaultValue none */
  readonly env?: Environment | undefined;
  /** @defaultValue this process's own working directory, when the task starts */
  readonly cwd?: string | undefined;
  /**
   * Directories in and below which a brief may say by its `cwd` where its task works; links are followed first. @defaultValue none: every
   * task works in `cwd`
   */
  readonly roots?: readonly string[] | undefined;
  /**
   * Whether each task gets a git worktree of the repository that it would work in, on a branch of its own, from the last commit: below
   * `.sidestream/worktrees`, named in its first line; its result ends with the list of changed files. One without changes is removed with
   * the task. Fails as `not_started` where none can be made. @defaultValue false
   */
  readonly worktree?: boolean | undefined;
  /** What confines it, such as `bubblewrap(…)`. @defaultValue none */
  readonly sandbox?: Sandbox | undefined;
  /** What becomes of its stderr, which is always read: kept for the sentence about a failure, or printed as well. @defaultValue `'keep'` */
  readonly stderr?: 'keep' | 'print' | undefined;
  /** The exit codes that are no failure. @defaultValue `[0]` */
  readonly successCodes?: readonly number[] | undefined;
  /** Milliseconds between TERM and KILL. @defaultValue 3000 */
  readonly grace?: number | undefined;
  /** Milliseconds that its output may stay open after its exit, held by what it started. @defaultValue 250 */
  readonly drain?: number | undefined;
}

const oneOf = (...words: readonly string[]): Kind => [(value) => words.includes(value as string), words.join(' or ')];
const FRAMING: Kind = [(value) => typeof value === 'function' || value === 'lines' || value === 'json', 'lines, json or a function'];
const CODES: Kind = [(value) => Array.isArray(value) && value.every(Number.isInteger), 'a list of exit codes'];

const LENGTH: Kind = [
  (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 100_000_000, 'a whole number from 1 to 100000000',
];

const isPrompt = (value: unknown): boolean => value instanceof RegExp || typeof value === 'function';
const PROMPTS: Kind = [
  (value) => isPrompt(value) || (Array.isArray(value) && value.length > 0 && value.every(isPrompt)),
  'a pattern, a function, or a list of these',
];

const OPTIONS: Record<keyof CommandOptions, Option> = {
  description: [undefined, WORDS],
  input: [undefined, A_FUNCTION],
  steering: [undefined, FRAMING],
  prompts: [undefined, PROMPTS],
  read: [undefined, A_FUNCTION],
  result: ['line', oneOf('line', 'stdout')],
  maxResult: [1_000_000, LENGTH],
  checkpoint: [undefined, A_FUNCTION],
  resume: [undefined, A_FUNCTION],
  onRestart: [undefined, ON_RESTART],
  env: [undefined, AN_ENVIRONMENT],
  cwd: [undefined, WORDS],
  roots: [undefined, STRINGS],
  worktree: [false, A_BOOLEAN],
  sandbox: [undefined, A_FUNCTION],
  stderr: ['keep', oneOf('keep', 'print')],
  successCodes: [[0], CODES],
  grace: [3_000, duration(0)],
  drain: [250, duration(0)],
};

const ARGUMENTS: Kind = [
  (value) => typeof value === 'function' || (Array.isArray(value) && value.every((each) => typeof each === 'string')),
  'a list of strings, or a function of the brief', true,
];

/** The options with their defaults. */
export type Settings<R, B extends Brief> = CommandOptions<R, B> & {
  readonly successCodes: readonly number[];
  readonly maxResult: number;
  readonly grace: number;
  readonly drain: number;
};

/** Reads what `command` was called with. */
export function readCommand<R, B extends Brief>(file: string, args: Arguments<B>, options: CommandOptions<R, B>): Settings<R, B> {
  check('file', file, WORDS);
  check('args', args, ARGUMENTS);
  const settings = readOptions('the options of command', options, OPTIONS as Record<keyof CommandOptions<R, B>, Option>) as Settings<R, B>;
  if (settings.read !== undefined && settings.result === 'stdout') {
    throw new InvalidArgumentError('Expected `read` or `result: "stdout"` in the options of command, not both: `read` names the result.');
  }
  const { resume, checkpoint, onRestart = resume === undefined ? undefined : 'resume', worktree } = settings;
  if ((resume === undefined) !== (checkpoint === undefined) || (onRestart === 'resume' && resume === undefined)) {
    throw new InvalidArgumentError('Expected `checkpoint` and `resume` together in the options of command, for a task that resumes: a line '
      + 'says what to go on from, and arguments say how.');
  }
  if (worktree === true && onRestart === 'resume') throw noWorktree('command');
  return { ...settings, onRestart };
}
