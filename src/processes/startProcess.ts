import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, ReplaySubject, takeUntil, timer, type Observable } from 'rxjs';
import { NotStartedError } from '../core/errors.js';
import { tailOf } from '../core/tailOf.js';
import type { Exit } from './exit.js';
import { createFamily } from './createFamily.js';
import { directoryProblem } from './directoryProblem.js';
import { findProgram } from './findProgram.js';
import { inheritedDescriptors } from './inheritedDescriptors.js';
import type { Launch } from './launch.js';
import { marks } from './marks.js';
import { notStarted } from './notStarted.js';
import { prepareAfter } from './prepareAfter.js';
import { startGuarded, unguard } from './watchdog.js';

/** Characters kept of what a program wrote to stderr last. */
const TAIL = 4_096;

/** Milliseconds in which what got KILL is gone. */
const KILLED = 250;

/** Milliseconds in which those are gone who watch over what a program had started by this very library. */
const GUARDED = 2_000;

/** Milliseconds between two tries to end what does not end. */
const MAX_PAUSE = 30_000;

/** Takes the mark on, announces itself to the watchdog, and becomes the program. */
const BECOME = `${marks.set}; shift; echo "+ $$" >&3; exec "$@" 3>&-`;

/** A program that was started in a session of its own. */
export interface RunningProcess {
  readonly pid: number;
  readonly stdin: Writable;
  /** Decoded as UTF-8, whatever way it is cut. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** How the program ended, then complete. Replayed. */
  readonly exit: Observable<Exit>;
  /** Settles when nothing is left of it and of all that it has started; not while something cannot be ended. Never rejects. */
  readonly gone: Promise<void>;
  /** The last that it wrote to stderr. */
  stderrTail(): string;
  /** Whether it keeps this process from ending, as it does at first. */
  ref(): void;
  unref(): void;
  /**
   * Ends what is left of it and of all that it has started: TERM, and after the grace KILL. Settles when that is done, or cannot be. May be
   * called at any time, and twice.
   */
  stop(): Promise<void>;
}

/**
 * Starts a program without a command line, in a session and a process group of its own, with a watchdog that ends it and what it has
 * started if this process dies. It must be stopped in the end, also where it ended by itself. Off Linux what leaves the group is not found.
 *
 * @param grace - milliseconds between TERM and KILL
 * @throws NotStartedError where it cannot be started
 */
export function startProcess(launch: Launch, grace: number): RunningProcess {
  const runAfter = prepareAfter(launch);
  const mark = marks.next();
  const child = spawnInGroup(launch, mark, () => { void runAfter?.(); });
  const { stdin, stdout, stderr } = child;
  const pid = child.pid!;
  const family = createFamily(pid, mark);
  const exit = new ReplaySubject<Exit>(1);
  let tail = '';
  let ended = false;
  let stopping: Promise<void> | undefined;
  let isGone!: () => void;
  const gone = new Promise<void>((resolve) => { isGone = resolve; });

  // A program that reads nothing, or ends early, breaks the pipe: no news, its exit is.
  stdin.on('error', () => undefined);
  stdout.on('error', () => undefined).setEncoding('utf8');
  // Always read, so that a program that complains a lot never waits for a reader.
  stderr.on('error', () => undefined).setEncoding('utf8').on('data', (chunk: string) => { tail = tailOf(tail + chunk, TAIL); });
  child.once('exit', (code, signal) => {
    ended = true;
    // While nobody else can have its group's number.
    void family.find();
    exit.next({ code, signal });
    exit.complete();
  });

  /** Until nothing of it is left, what watches over programs included where that is asked for; false when the time is up before. */
  async function untilGone(ms: number, guardsToo = false): Promise<boolean> {
    const deadline = performance.now() + ms;
    await lastValueFrom(exit.pipe(takeUntil(timer(ms))), { defaultValue: undefined });
    for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
      const { members, guards } = await family.find();
      if (ended && members.length === 0 && (guards.length === 0 || !guardsToo)) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await sleep(Math.min(pause, left));
    }
  }

  /** Whether all of it could be ended. */
  async function endAll(): Promise<boolean> {
    if (await untilGone(0, true)) return true;
    await family.term(launch.isShell === true);
    if (!await untilGone(grace)) {
      await family.kill();
      // Nothing survives that, but it takes a moment; what hangs in the kernel, or is another user's, is not waited for.
      if (!await untilGone(KILLED)) return false;
    }
    return untilGone(GUARDED, true);
  }

  async function end(): Promise<void> {
    const all = await endAll();
    await runAfter?.();
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
    child.unref();
    if (all) settle();
    else void goOn();
  }

  /** Tries again and again what could not be done, and holds nobody up by it. */
  async function goOn(): Promise<void> {
    for (let pause = 1_000; !await untilGone(0, true); pause = Math.min(pause * 2, MAX_PAUSE)) {
      await sleep(pause, undefined, { ref: false });
      await family.kill(true);
    }
    settle();
  }

  function settle(): void {
    unguard(pid);
    isGone();
  }

  return {
    pid, stdin, stdout, stderr, exit, gone,
    stderrTail: () => tail,
    ref: () => { child.ref(); },
    unref: () => { child.unref(); },
    stop: () => stopping ??= end(),
  };
}

function spawnInGroup(launch: Launch, mark: string, failed: () => void): ChildProcessWithoutNullStreams {
  if (process.platform === 'win32') {
    throw new NotStartedError('Programs are started in process groups, which Windows does not have. Run this under WSL.');
  }
  const { file, args, cwd, env } = launch;
  let nothing: number | undefined;
  try {
    const { problem } = findProgram(file, cwd, env['PATH']);
    if (problem !== undefined || directoryProblem(cwd) !== undefined) throw notStarted(launch, { code: problem });
    const inherited = inheritedDescriptors();
    if (inherited.size > 0) nothing = openSync('/dev/null', 'r');
    // The others are left alone: among them is the one by which the system says what went wrong.
    const covered = Array.from({ length: Math.max(3, ...inherited) - 3 }, (_, n) => inherited.has(n + 4) ? nothing! : 'ignore' as const);
    const child = startGuarded((announce) => spawn('/bin/sh', ['-c', BECOME, 'sidestream-start', mark, file, ...args], {
      cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe', announce, ...covered],
    }));
    child.on('error', () => undefined);
    // What went wrong is said a turn later, but shows at once: without a descriptor to spare there are no streams, else there is no pid.
    if ((child.stdin as Writable | null | undefined) == null) throw notStarted(launch, { code: 'EMFILE' });
    if (child.pid === undefined) throw notStarted(launch, { code: 'EAGAIN' });
    return child as ChildProcessWithoutNullStreams;
  } catch (error) {
    failed();
    throw error instanceof NotStartedError ? error : notStarted(launch, error as NodeJS.ErrnoException);
  } finally {
    if (nothing !== undefined) closeSync(nothing);
  }
}
