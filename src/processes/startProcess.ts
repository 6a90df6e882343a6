import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, ReplaySubject, takeUntil, timer, type Observable } from 'rxjs';
import { NotStartedError } from '../core/errors.js';
import { tailOf } from '../core/tailOf.js';
import type { Exit } from './exit.js';
import { directoryProblem } from './directoryProblem.js';
import { findProgram } from './findProgram.js';
import { inheritedDescriptors } from './inheritedDescriptors.js';
import type { Launch } from './launch.js';
import { notStarted } from './notStarted.js';
import { prepareAfter } from './prepareAfter.js';
import { membersOf, signalGroup, termBelow } from './processGroups.js';
import { startGuarded, unguard } from './watchdog.js';

/** Characters kept of what a program wrote to stderr last. */
const TAIL = 4_096;

/** Milliseconds in which what got KILL is gone. */
const KILLED = 250;

/** Milliseconds in which a report is read when its program has ended. */
const PATIENCE = 10_000;

/** Announces itself to the watchdog and becomes the program. */
const BECOME = 'echo "+ $$" >&3; exec "$@" 3>&-';

/** A program that was started in a process group of its own. */
export interface RunningProcess {
  readonly pid: number;
  readonly stdin: Writable;
  /** Decoded as UTF-8, whatever way it is cut. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** How the program ended, then complete. Replayed. */
  readonly exit: Observable<Exit>;
  /** Settles when nothing of the process group is left; never rejects. */
  readonly gone: Promise<void>;
  /** The last that it wrote to stderr. */
  stderrTail(): string;
  /** Why nothing of the program has run, where the launch can tell, once it has ended. */
  refusal(exit: Exit): string | undefined;
  /** Whether it keeps this process from ending, as it does at first. */
  ref(): void;
  unref(): void;
  /** Ends what is left of the group: TERM, and after the grace KILL. May be called at any time, and twice. */
  stop(): Promise<void>;
}

/**
 * Starts a program without a command line, in a process group of its own, with a watchdog that ends the group if this process dies. It must
 * be stopped in the end, also where it ended by itself.
 *
 * @param grace - milliseconds between TERM and KILL
 * @throws NotStartedError where it cannot be started
 */
export function startProcess(launch: Launch, grace: number): RunningProcess {
  const runAfter = prepareAfter(launch);
  const child = spawnInGroup(launch, () => { void runAfter?.(); });
  const { stdin, stdout, stderr } = child;
  const pid = child.pid!;
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
  const report = reportOf(launch, child);
  child.once('exit', (code, signal) => {
    ended = true;
    // What it reported before it ended is here, but perhaps not read yet. The limit is for a report that something else holds open.
    void lastValueFrom(timer(PATIENCE).pipe(takeUntil(report.read)), { defaultValue: undefined }).then(() => {
      exit.next({ code, signal });
      exit.complete();
    });
  });

  /** Until nothing of the group is left, or the time is up. */
  async function untilGone(ms: number): Promise<boolean> {
    const deadline = performance.now() + ms;
    await lastValueFrom(exit.pipe(takeUntil(timer(ms))), { defaultValue: undefined });
    for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
      if (ended && (await membersOf(pid)).length === 0) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await sleep(Math.min(pause, left));
    }
  }

  async function end(): Promise<void> {
    if (!ended || (await membersOf(pid)).length > 0) {
      if (launch.isShell === true) await termBelow(pid);
      else signalGroup(pid, 'SIGTERM');
      if (!await untilGone(grace)) {
        signalGroup(pid, 'SIGKILL');
        // Nothing survives that, but it takes a moment; what hangs in the kernel is not waited for.
        await untilGone(KILLED);
        child.unref();
      }
    }
    await runAfter?.();
    unguard(pid);
    for (const stream of child.stdio) stream?.destroy();
    isGone();
  }

  return {
    pid, stdin, stdout, stderr, exit, gone,
    stderrTail: () => tail,
    refusal: (how) => launch.refused?.(how, tail, report.text()),
    ref: () => {
      child.ref();
      report.hold(true);
    },
    unref: () => {
      child.unref();
      report.hold(false);
    },
    stop: () => stopping ??= end(),
  };
}

/** What a program reports on its descriptor 5; its descriptor 4 is fed. */
interface Report {
  /** Settles when all of it has been read. */
  readonly read: Promise<void>;
  text(): string;
  hold(isHeld: boolean): void;
}

function reportOf({ reads, reports }: Launch, { stdio }: ChildProcess): Report {
  const [, , , , feed, told] = stdio as readonly (Socket | null | undefined)[];
  if (reads !== undefined) feed?.on('error', () => undefined).end(reads);
  if (reports !== true || told == null) return { read: Promise.resolve(), text: () => '', hold: () => undefined };
  let said = '';
  told.setEncoding('utf8').on('error', () => undefined).on('data', (chunk: string) => { said = tailOf(said + chunk, TAIL); });
  return {
    read: new Promise((resolve) => { told.once('close', resolve); }),
    text: () => said,
    hold: (isHeld) => { if (isHeld) told.ref(); else told.unref(); },
  };
}

function spawnInGroup(launch: Launch, failed: () => void): ChildProcessWithoutNullStreams {
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
    const covered = Array.from({ length: Math.max(5, ...inherited) - 3 }, (_, n) => {
      if (n === 0 && launch.reads !== undefined || n === 1 && launch.reports === true) return 'pipe' as const;
      return inherited.has(n + 4) ? nothing! : 'ignore' as const;
    });
    const child = startGuarded((announce) => spawn('/bin/sh', ['-c', BECOME, 'sidestream-start', file, ...args], {
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
