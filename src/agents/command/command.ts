import { basename } from 'node:path';
import {
  concat, defer, delay, EMPTY, finalize, map, merge, mergeMap, NEVER, of, share, Subject, take, takeUntil, tap, type Observable,
} from 'rxjs';
import type { Agent, AgentContext } from '../../core/agent.js';
import type { Brief } from '../../core/brief.js';
import { check, type Kind } from '../../core/check.js';
import { NoResultError, NotStartedError } from '../../core/errors.js';
import { result, text, type AgentOutput } from '../../core/output.js';
import type { Json, JsonObject } from '../../core/json.js';
import { confine } from '../../processes/confine.js';
import { environmentOf, secretsOf } from '../../processes/environment.js';
import type { Launch } from '../../processes/launch.js';
import { startProcess } from '../../processes/startProcess.js';
import { atWorkplace, type Desk } from '../../processes/workplace/atWorkplace.js';
import { placeFor } from '../../processes/workplace/placeFor.js';
import { placeBriefSchema } from '../../tools/calls/placeBriefSchema.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';
import { checkpointsOf, type Checkpoints } from '../restart/checkpointsOf.js';
import type { OnRestart } from '../../core/agent.js';
import { saysOnRestart } from '../restart/onRestart.js';
import { placesAgain } from '../restart/placesAgain.js';
import { argumentsAgain, argumentsOf, takesGoal } from './argumentsOf.js';
import { CommandError } from './commandError.js';
import { readCommand, type Arguments, type CommandOptions } from './commandOptions.js';
import { feed } from './feed.js';
import { frameOf } from './frameOf.js';
import { keepCheckpoints } from './keepCheckpoints.js';
import { keepLast } from './keepLast.js';
import { lastLine } from './lastLine.js';
import { ALIVE, chunksOf, readLines } from './outputsOf.js';
import { createPrompts } from './prompts/answerPrompts.js';
import { promptsIn, withBreaks } from './prompts/promptsIn.js';

/** Characters of the longest line of stderr that is printed. */
const MAX_LINE = 1_000_000;

const A_STRING: Kind = [(value) => typeof value === 'string', 'a string'];

/** A command line as an agent, which says of itself whether it listens. */
export type CommandAgent<R = string, B extends Brief = Brief> =
  Agent<R, B> & Partial<Pick<AgentDefinition, 'briefSchema' | 'grant'>>
  & { readonly steerable: boolean; readonly description?: string; readonly onRestart?: OnRestart; readonly followUp?: true };

/**
 * A program as an agent: what it prints are its lines, its last line is the result, its exit code is the verdict.
 *
 * There is no shell. The goal goes over stdin, or into a place among the arguments, `{goal}` or `--ask={goal}`, where it stays one
 * argument whatever it holds. The program runs in a process group of its own, which is ended when the task is: TERM, after the
 * grace KILL. What it has started ends with it; off Linux, unless it left the group (`setsid`). If this process dies, SIGKILL included,
 * a watchdog ends them.
 *
 * ```
 * task     ──started──line──line──────────(completed|)
 * stdout   ───────────one\n──two\n──┤
 * exit     ─────────────────────────0
 * ```
 *
 * ```ts
 * import { collect, createSession } from 'sidestream';
 * import { command } from 'sidestream/command';
 *
 * await using session = createSession();
 * const sort = command('sort', ['-r']);
 * const task = session.delegate(sort, { goal: 'one\ntwo' });
 * console.log(await collect(task)); // one
 * console.log(task.snapshot().preview); // [ 'two', 'one' ]
 * ```
 *
 * A program that keeps what it was told can be followed up (`follow_up` in the brief), and in a session with a store it can go on when this
 * process has ended, where it says what from and takes it again:
 *
 * ```ts
 * import { command } from 'sidestream/command';
 *
 * const coder = command('coder', ['-p', '{goal}', '--json'], {
 *   checkpoint: (line) => /"session":"([^"]+)"/.exec(line)?.[1],
 *   resume: (session, { goal }, how) => [
 *     '--resume', String(session), '-p', how === 'restart' ? `You were interrupted. Go on with: ${goal}` : goal, '--json',
 *   ],
 * });
 * console.log(coder.onRestart, coder.followUp); // resume true
 * ```
 *
 * @throws InvalidArgumentError where an argument is not what it should be. Started, it fails as `not_started` where the program cannot be,
 * and with a {@link CommandError} where it ends without success
 */
export function command<R = string, B extends Brief = Brief>(
  file: string, args: Arguments<B> = [], options: CommandOptions<R, B> = {},
): CommandAgent<R, B> {
  const { input = takesGoal(args) ? () => '' : ask, steering, read, sandbox, description, checkpoint, resume, prompts, ...settings } =
    readCommand(file, args, options);
  const frame = steering === undefined ? undefined : frameOf(steering);
  // What makes something of the brief itself may call a field of its own `cwd`.
  const isOwn = settings.roots === undefined && (typeof args === 'function' || options.input !== undefined);
  const askedBy = (brief: B): unknown => isOwn ? undefined : (brief as { readonly cwd?: unknown }).cwd;
  const agent: Agent<R, B> = (brief, _steering, context) => defer(() => {
    // A worktree belongs to one run.
    const canGoOn = resume !== undefined && settings.worktree !== true;
    if (!canGoOn && brief.follow_up !== undefined) throw noFollowUp(file);
    const checkpoints = canGoOn ? checkpointsOf<CommandCheckpoint>(context, 'command', brief) : undefined;
    const again = checkpoints?.earlier ?? checkpoints?.followed;
    return atWorkplace(placesAgain(settings, again), {
      asked: askedBy(brief) ?? again?.asked, context, work: (desk) => run({ brief, context, desk, checkpoints }),
    });
  });
  const run = ({ brief, context, desk: { cwd, hold }, checkpoints }: Run<B>): Observable<AgentOutput<R> | string> => defer(() => {
    const again = checkpoints?.earlier ?? checkpoints?.followed;
    const how = checkpoints?.earlier === undefined ? 'follow_up' : 'restart';
    const given = again === undefined ? argumentsOf(args, brief) : argumentsAgain(resume!, again.saved, brief, how);
    const own: Launch = { file, args: given, cwd, env: environmentOf(settings.env) };
    const asked: unknown = again === undefined ? input(brief) : input(brief, again.saved);
    check('the answer of input', asked, A_STRING);
    const launch = confine(own, sandbox);
    const program = startProcess(launch, settings.grace);
    context.holdStop(program.gone);
    hold(program.gone);
    const { answer: answered, free } = createPrompts(program.stdin, context.ask);
    if (frame === undefined && prompts === undefined) program.stdin.end(asked);
    else program.stdin.write(asked);
    if (frame !== undefined) {
      // What was written is not what was read: it has arrived when the program shows life after it.
      const life = merge(chunksOf(program.stdout), chunksOf(program.stderr)).pipe(share());
      context.deliverSteering(
        (message) => concat(free, defer(() => feed(program.stdin, frame(message))), concat(life, NEVER).pipe(take(1))),
        { concurrency: Infinity },
      );
    }

    const all = keepLast(settings.maxResult, (chunk) => chunk.trimEnd().length);
    const last = lastLine(settings.maxResult);
    const drained = program.exit.pipe(delay(settings.drain));
    const chunks = (stream: typeof program.stdout): Observable<string> => chunksOf(stream).pipe(takeUntil(drained));
    const keep = (saved: Json): void => {
      const { home = process.cwd(), asked: place } = again ?? {};
      checkpoints?.save({ saved, home, asked: (askedBy(brief) as string | undefined) ?? place });
    };
    // A line by which it asks ends there: what it prints behind the answer is another one.
    const breaks = { stdout: new Subject<string>(), stderr: new Subject<string>() };
    const isAll = settings.result === 'stdout';
    const whole = chunks(program.stdout).pipe(tap((chunk) => { if (isAll) all.add(chunk); }), withBreaks(breaks.stdout));
    const out = checkpoint === undefined || checkpoints === undefined ? whole
      : whole.pipe(keepCheckpoints(checkpoint, keep, settings.maxResult));
    const asking = prompts === undefined ? EMPTY : answered(merge(...(['stdout', 'stderr'] as const).map((name) =>
      promptsIn(chunks(program[name]), [prompts].flat(), context.scheduler).pipe(
        tap(({ isInHand }) => { if (isInHand) breaks[name].next('\n'); }),
      )))).pipe(takeUntil(program.exit));
    const said = read === undefined ? out.pipe(tap((chunk) => { if (!isAll) last.add(chunk); }), map(text))
      : readLines(out, read, settings.maxResult);
    const complained = settings.stderr === 'print'
      ? readLines<R>(chunks(program.stderr).pipe(withBreaks(breaks.stderr)), (each) => program.isRefusal(each) ? undefined : each, MAX_LINE)
      : chunks(program.stderr).pipe(map(() => ALIVE));
    const verdict = program.exit.pipe(mergeMap((exit) => {
      const refusal = program.refusal(exit);
      if (refusal !== undefined) throw refusal;
      if (!settings.successCodes.includes(exit.code!)) {
        throw new CommandError(file, exit, program.stderrTail(), secretsOf(settings.env));
      }
      if (read !== undefined) return EMPTY;
      // Said even where it is the last line printed: that may be one of stderr, and a long one is kept in part only.
      const answer = isAll ? all.whole() : last.end();
      if (answer !== undefined) return of(result(answer as R));
      throw new NoResultError(`\`${file}\` ended with success and printed nothing to stdout. Let it print its answer, or ask for `
        + '`result: "stdout"`, where nothing is an answer too.');
    }));
    return concat(merge(said, complained, asking), verdict).pipe(finalize(() => { void program.stop(); }));
  });
  Object.defineProperty(agent, 'name', { value: basename(file) });
  return Object.assign(agent, {
    steerable: frame !== undefined,
    ...saysOnRestart(settings.onRestart),
    ...resume === undefined || settings.worktree === true ? {} : { followUp: true as const },
    ...description === undefined ? {} : { description },
    ...settings.roots === undefined ? {} : {
      briefSchema: placeBriefSchema(settings.roots), grant: (brief: B) => ({ cwd: placeFor(settings, askedBy(brief)) }),
    },
  });
}

/** What a task goes on from when its process has ended, and one that follows it. */
interface CommandCheckpoint extends JsonObject {
  readonly saved: Json;
  /** Where its brief asked it to work. */
  readonly asked?: string | undefined;
  /** The working directory of that process. */
  readonly home: string;
}

/** One run of a task. */
interface Run<B> {
  readonly brief: B;
  readonly context: AgentContext;
  readonly desk: Desk;
  /** Where the program can go on. */
  readonly checkpoints: Checkpoints<CommandCheckpoint> | undefined;
}

/** Goal and context as a text to read. */
const ask = ({ goal, context }: Brief): string => context === undefined ? `${goal}\n` : `${goal}\n\n${context}\n`;

const noFollowUp = (file: string): NotStartedError => new NotStartedError(
  `\`${file}\` cannot be followed up: leave \`follow_up\` out. A command can be where its options have \`checkpoint\` and \`resume\`, and `
    + 'no `worktree`.',
);
