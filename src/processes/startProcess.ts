import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, ReplaySubject, takeUntil, timer, type Observable } from 'rxjs';
import type { NotStartedError } from '../core/errors.js';
import { tailOf } from '../core/tailOf.js';
import type { Exit } from './exit.js';
import { createFamily } from './family/createFamily.js';
import type { Launch } from './launch.js';
import { marks } from './family/marks.js';
import { prepareAfter } from './prepareAfter.js';
import { refusedBySystem } from './refusals/refusedBySystem.js';
import { spawnInSession } from './spawnInSession.js';
import { unguard } from './watchdog.js';

/** Characters kept of what a program wrote to stderr last. */
const TAIL = 4_096;

/** Milliseconds in which what got KILL is gone. */
const KILLED = 250;

/** Milliseconds in which those are gone who watch over what a program had started by this very library. */
const GUARDED = 2_000;

/** Milliseconds between two tries to end what does not end. */
const MAX_PAUSE = 30_000;

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
  /** Why nothing of it ran, where the system did not start it; known when stderr has been read. */
  refusal(): NotStartedError | undefined;
  /** Whether a line of stderr is only for {@link refusal}. */
  isRefusal(line: string): boolean;
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
  const refused = `sidestream-refused-${randomUUID()}`;
  const child = start();
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

  function start(): ChildProcessWithoutNullStreams {
    try {
      return spawnInSession(launch, mark, refused);
    } catch (error) {
      void runAfter?.();
      throw error;
    }
  }

  return {
    pid, stdin, stdout, stderr, exit, gone,
    stderrTail: () => tail,
    refusal: () => tail.includes(refused) ? refusedBySystem(launch, tail.replace(refused, '')) : undefined,
    isRefusal: (line) => line === refused,
    ref: () => { child.ref(); },
    unref: () => { child.unref(); },
    stop: () => stopping ??= end(),
  };
}
