/**
 * Proves that the test of each law can go red: breaks the source on purpose, one small change at a time, in copies of the repository, and
 * demands that the law's spec fails. Opt-in: `npm run break-laws`, or `npm run break-laws -- 4 9` for some laws only.
 *
 * A change is searched by a short piece of source text. Where the source has moved on and a piece is no longer found exactly once, the
 * table says so, and the piece here has to follow.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** One way to break a law. */
interface Break {
  readonly law: number;
  readonly what: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** What has to be broken with it, where the code holds the law twice. */
  readonly also?: { readonly file: string; readonly find: string; readonly put: string };
}

const internal = 'src/core/internal/';

const BREAKS: readonly Break[] = [
  {
    law: 1, what: 'a task that has ended can end again',
    file: `${internal}task/taskRecord.ts`, find: "if (this.isEnded) return false;", put: '',
  },
  {
    law: 1, what: 'cancel() always says true',
    file: `${internal}task/taskRecord.ts`, find: "if (this.isEnded) return false;",
    put: "if (this.isEnded) return true;",
  },
  {
    law: 1, what: 'a teardown runs before the ending that was said counts',
    file: `${internal}output/child.ts`, find: '    this.closed = true;\n    try {\n      end();',
    put: '    this.closed = true;\n    this.unsubscribe();\n    try {\n      end();',
  },
  {
    law: 1, what: 'an outcome that a teardown decides is said before those of the tasks below it',
    file: `${internal}task/endings.ts`, find: 'this.#unsaid.push(...family);', put: 'this.#unsaid.unshift(...family.toReversed());',
  },
  {
    law: 2, what: 'late output is applied',
    file: `${internal}output/child.ts`, find: 'if (this.closed) this.lateCame(value);',
    put: 'if (this.late < 0) this.lateCame(value);',
  },
  {
    law: 2, what: 'late output is not counted',
    file: `${internal}output/child.ts`, find: 'if (this.closed) this.lateCame(value);',
    put: 'if (this.closed) this.late += 0;',
  },
  {
    law: 2, what: 'a steering message is settled after the outcome',
    file: `${internal}task/taskRecord.ts`, find: 'this.owner.ended(this);',
    put: "this.emit({ type: 'step' }); this.owner.ended(this);",
  },
  {
    law: 3, what: 'the events of an ended task error',
    file: `${internal}log/fanout.ts`, find: 'observer.complete();', put: "observer.error(new Error('ended'));",
  },
  {
    law: 3, what: 'a failure reads as cancelled',
    file: `${internal}task/taskRecord.ts`,
    find: "const ending: Ending = { type: 'failed', error: failureOf(thrown, redact), ...partialIn(thrown, redact) };",
    put: "const ending: Ending = { type: 'cancelled', reason: 'it failed' };",
  },
  {
    law: 4, what: 'the last observer takes the task with it',
    file: `${internal}task/taskHandle.ts`, find: 'this.#task.log.subscribe(subscriber);',
    put: "this.#task.log.subscribe(subscriber); subscriber.add(() => { this.cancel('nobody watches'); });",
  },
  {
    law: 4, what: 'an observer that leaves takes all others with it',
    file: `${internal}log/fanout.ts`, find: 'this.#listeners = this.#listeners.filter((one) => one !== listener);',
    put: 'this.#listeners = [];',
  },
  {
    law: 5, what: 'cancel leaves the children running',
    file: `${internal}task/taskRecord.ts`, find: 'if (child.decide(PARENT_ENDED, family, ids)) child.isHeard = true;', put: '{}',
  },
  {
    law: 5, what: 'cancel takes the detached along',
    file: `${internal}task/taskRecord.ts`, find: 'if (child.endsWith !== this) continue;', put: '',
  },
  {
    law: 5, what: 'cancel does not unsubscribe the child',
    file: `${internal}output/child.ts`, find: '    this.unsubscribe();\n    this.controller',
    put: '    this.closed = true;\n    this.controller',
  },
  {
    law: 5, what: 'the signal does not abort',
    file: `${internal}output/child.ts`, find: 'this.controller?.abort(this.reason());', put: '',
  },
  {
    law: 6, what: 'what an observer causes overtakes the event in hand',
    file: `${internal}log/dispatcher.ts`, find: 'this.#waiting.push({ channel, event, order });', put: 'channel.deliver(event, order);',
  },
  {
    law: 6, what: 'an observer that comes inside next is given events twice',
    file: `${internal}log/fanout.ts`, find: 'order > listener.after', put: 'order > 0',
  },
  {
    law: 7, what: 'a late observer is not told the outcome',
    file: `${internal}log/taskLog.ts`, find: 'for (const event of replay) {',
    put: 'for (const event of replay) { if (event === last) break;',
  },
  {
    law: 7, what: 'the replay has a hole where lines were dropped',
    file: `${internal}log/replayOf.ts`, find: 'if (dropped === 0 || before > dropped)', put: '',
  },
  {
    law: 7, what: 'a block of lines takes the place of one that is still to be seen',
    file: `${internal}log/window.ts`, find: 'Math.ceil(this.lines / BLOCK)', put: '(Math.ceil(this.lines / BLOCK) - 1 || 1)',
  },
  {
    law: 7, what: 'a late observer is given the replay of one who came earlier',
    file: `${internal}log/taskLog.ts`, find: ' || latest.events.at(-1)?.seq !== this.seq - 1', put: '',
  },
  {
    law: 8, what: 'messages that wait are lost with the task',
    file: `${internal}task/taskRecord.ts`, find: 'this.mailbox?.close(ending.type);', put: 'undefined;',
  },
  {
    law: 8, what: 'a listening agent is not given its messages',
    file: `${internal}steering/mailbox.ts`, find: 'listener.next(letter.text);', put: '{}',
  },
  {
    law: 8, what: 'one message more than the mailbox holds is taken',
    file: `${internal}task/steer.ts`, find: '>= mailboxSize', put: '> mailboxSize',
  },
  {
    law: 8, what: 'a message that could not be handed on reads delivered',
    file: `${internal}steering/mailbox.ts`, find: "error: settle('missed')", put: "error: settle('delivered')",
  },
  {
    law: 9, what: 'a signal is listened to for ever',
    file: `${internal}output/onAbort.ts`, find: "signal.removeEventListener('abort', waiting.listener);", put: '',
  },
  {
    law: 9, what: 'deadlines and idle watches go on after the end',
    file: `${internal}task/taskRecord.ts`, find: 'this.watch?.unsubscribe();', put: '',
  },
  {
    law: 9, what: 'close() leaves the tasks running',
    file: `${internal}session/sessionCore.ts`, find: 'for (const task of this.records.values()) if (task === place',
    put: 'for (const task of [] as TaskRecord[]) if (task === place',
  },
  {
    law: 9, what: 'close() does not wait for what is still stopping',
    file: `${internal}task/taskRecord.ts`,
    find: 'if (this.child?.isStopped === false) this.owner.stopping.add(this);\n    else this.count(-1);',
    put: 'this.count(-1);',
  },
  {
    law: 10, what: 'one task more than the cap runs',
    file: `${internal}session/seats.ts`, find: 'if (running >= maxRunning) {', put: 'if (running > maxRunning) {',
  },
  {
    law: 10, what: 'a waiting task is never started',
    file: `${internal}session/seats.ts`, find: '(running[depth] ?? 0) < maxRunning &&', put: '(running[depth] ?? 0) < 0 &&',
  },
  {
    law: 10, what: 'a wrong output throws into the child',
    file: `${internal}task/taskRecord.ts`, find: 'this.activeDelay = activeDelay;\n      this.error(thrown, true);', put: 'throw thrown;',
  },
  {
    law: 10, what: 'a scope sees the tasks of others',
    file: `${internal}task/scopeNode.ts`, find: 'this.above === node ||', put: 'this.above !== node ||',
  },
  {
    law: 11, what: 'what was given back counts as told',
    file: 'src/inbox/leaseOf.ts', find: 'release: () => { settle(() => undefined); },',
    put: 'release: () => { settle(() => { tell(scope, tasks, {}); }); },',
  },
  {
    law: 11, what: 'what is in somebody’s hands is handed over again',
    file: 'src/inbox/createInbox.ts', find: '!hearing.isInHand(one)', put: 'one !== undefined',
  },
  {
    law: 11, what: 'whoever leaves keeps what it was handed',
    file: 'src/inbox/batchesOf.ts', find: 'finalize(() => { batch.release(); })', put: 'finalize(() => undefined)',
  },
  {
    law: 11, what: 'what was told is not acknowledged',
    file: 'src/inbox/deliveriesOf.ts', find: 'batch.acknowledge();', put: '',
  },
  {
    law: 11, what: 'a tool’s answer counts as read before any model has read it',
    file: 'src/tools/hearing/tell.ts', find: 'if (callId === undefined || hearing.watchers === 0) {', put: 'if (hearing.watchers >= 0) {',
  },
  {
    law: 11, what: 'a request that failed counts as read',
    file: 'src/inbox/createTurn.ts', find: 'failed: () => {',
    put: 'failed: () => { settle(() => { hearing.heard(carried.flatMap(({ tasks }) => tasks)); });',
  },
  {
    law: 11, what: 'what stands in the conversation is not looked for',
    file: 'src/inbox/createTurn.ts', find: 'if (tellings.length === 0) return [];', put: 'if (tellings.length >= 0) return [];',
  },
  {
    law: 11, what: 'what nobody has heard of is forgotten',
    file: `${internal}session/retention.ts`, find: 'else this.unheard.add(task);', put: '',
  },
  {
    law: 12, what: 'an inner run has an id of its own',
    file: `${internal}task/taskContext.ts`, find: 'return this.#run.host.id;',
    put: "return this.#run.origin === undefined ? this.#run.host.id : `${this.#run.host.id}-inner`;",
  },
  {
    law: 12, what: 'a message reads delivered as soon as it has been handed on',
    file: `${internal}steering/mailbox.ts`, find: 'if (this.#inner === 0)', put: 'if (this.#inner >= 0)',
  },
  {
    law: 12, what: 'a message that waits further inside is not told of as queued',
    file: `${internal}steering/mailbox.ts`, find: 'if (letter.told !== true) this.#tellQueued(letter);', put: '{}',
  },
  {
    law: 12, what: 'a message that nobody took is missed for the end of the inner run',
    file: `${internal}session/coldRun.ts`, find: 'own.close(this.how, outer?.closed)', put: 'own.close(this.how)',
  },
  {
    law: 12, what: 'a run that is over goes on to take messages',
    file: `${internal}session/coldRun.ts`, find: 'this.outer!.mailbox?.leave(this);', put: '{}',
  },
  {
    law: 12, what: 'what an inner run holds does not hold its task',
    file: `${internal}output/child.ts`, find: 'this.outer?.hold();', put: '',
    also: { file: `${internal}output/child.ts`, find: 'this.outer?.release();', put: '' },
  },
  {
    law: 12, what: 'what comes late from an inner run is not counted',
    file: `${internal}output/child.ts`, find: 'this.outer.lateCame(value);', put: 'return;',
  },
  {
    law: 12, what: 'the signal of an inner run does not say why its task was stopped',
    file: `${internal}session/coldRun.ts`, find: 'child.stop(outer?.reason ?? (() => this.reason));',
    put: 'child.stop(() => this.reason);',
  },
  {
    law: 12, what: 'a run that nobody hands on outlives its task',
    file: `${internal}output/child.ts`, find: 'while (this.inner !== undefined) this.inner.abandon();', put: '',
  },
  {
    law: 12, what: 'a teardown that throws fails the run, and is not warned of',
    file: `${internal}session/coldRun.ts`, find: 'if (sink !== undefined) {', put: 'if (sink === null) {',
  },
  {
    law: 12, what: 'the end of an inner run counts when its teardown is over',
    file: `${internal}session/coldRun.ts`, find: 'if (this.child.outer !== undefined) over();',
    put: 'if (this.child.outer === null) over();',
  },
  {
    law: 12, what: 'a run that is tried again is no attempt',
    file: `${internal}session/coldRun.ts`, find: 'if (failure !== undefined) {', put: 'if (failure === null) {',
  },
  {
    law: 12, what: 'what a failed attempt said is a result',
    file: `${internal}session/coldRun.ts`, find: 'this.origin.fate = FAILED;', put: '',
  },
  {
    law: 13, what: 'events are published first, and kept behind that',
    file: `${internal}durable/gatedDispatcher.ts`, find: '        this.gate.flush();\n        this.#drain();',
    put: '        this.#drain();',
    also: {
      file: `${internal}durable/gatedDispatcher.ts`,
      find: 'this.gate.flush();\n        if (next > 0) this.#worked = true;\n        if (this.gate.kept >= place)',
      put: 'if (next > 0) this.#worked = true;\n        if (place >= 0)',
    },
  },
  {
    law: 13, what: 'an outcome is published before it is written down',
    file: `${internal}task/taskRecord.ts`, find: '    this.owner.ended(this);\n',
    put: '    log?.end(outcome);\n    this.owner.ended(this);\n',
    also: { file: `${internal}task/taskRecord.ts`, find: '    log?.end(outcome);\n    if (this.waiting', put: '    if (this.waiting' },
  },
  {
    law: 13, what: 'one change is kept in several commits',
    file: `${internal}durable/storeJournal.ts`, find: 'if (!this.owner.dispatcher.isBusy) this.commits.flush();',
    put: 'this.commits.flush();',
  },
  {
    law: 13, what: 'a batch counts as heard of when it is handed over',
    file: 'src/inbox/leaseOf.ts', find: 'const hold = hearing.hold(telling, kind, leaseTime);',
    put: 'const hold = hearing.hold(telling, kind, leaseTime); hearing.heard(tasks);',
  },
  {
    law: 13, what: 'a batch is acknowledged before that is kept',
    file: 'src/tools/hearing/hearing.ts', find: 'this.settled()?.catch(() => undefined);', put: '',
  },
  {
    law: 13, what: 'what is told is not written down, so it comes back as another batch',
    file: 'src/tools/hearing/hearing.ts', find: "if (mark !== '') this.#write(telling);", put: '',
  },
  {
    law: 13, what: 'whoever is given an outcome counts as having heard before he has it',
    file: `${internal}durable/storeJournal.ts`, find: '    this.#given.add(id);\n',
    put: '    this.#write({ type: \'heard\', ids: [id] });\n',
  },
  {
    law: 13, what: 'an agent that never said that it may is run again',
    file: `${internal}durable/restore.ts`, find: "known.onRestart === 'interrupt' ? undefined",
    put: "known.onRestart === 'never' as string ? undefined",
  },
  {
    law: 13, what: 'an attempt is not counted',
    file: `${internal}durable/storeJournal.ts`, find: "this.#write({ type: 'attempted', id: task.id, attempt: task.log.attempt });",
    put: '{}',
  },
  {
    law: 13, what: 'attempts that end with their process are not counted',
    file: `${internal}durable/restoredRecord.ts`, find: 'tries: task.tries + 1', put: 'tries: 1',
  },
  {
    law: 13, what: 'a checkpoint is not kept',
    file: `${internal}durable/storeJournal.ts`,
    find: "this.#write({ type: 'saved', id: task.id, checkpoint: structuredClone(checkpoint) as Json });", put: '',
  },
  {
    law: 13, what: 'what waits is lost when the session is closed',
    file: `${internal}durable/decideClose.ts`, find: '(!isRunning || known.onRestart', put: '(known.onRestart',
  },
  {
    law: 13, what: 'what was asked is forgotten',
    file: `${internal}durable/restore.ts`, find: 'if (task.questions !== undefined) {', put: 'if (task.questions === null) {',
  },
  {
    law: 13, what: 'an answer is not kept',
    file: `${internal}durable/storeJournal.ts`, find: 'this.#write({ ...event, id: task.id });', put: '{}',
  },
  {
    law: 13, what: 'steering messages are forgotten',
    file: `${internal}durable/restore.ts`, find: 'if (letters.length > 0) {', put: 'if (letters.length < 0) {',
  },
  {
    law: 13, what: 'places of events are taken again in the next life',
    file: `${internal}durable/logs.ts`, find: 'log.gone = SEQS_OF_A_LIFE * epoch;', put: 'log.gone = 0;',
  },
  {
    law: 13, what: 'ids of messages begin anew in each life',
    file: 'src/core/openSession.ts', find: 'core.steeringIds = core.questionIds = kept.epoch * 1_000_000;', put: '',
  },
  {
    law: 13, what: 'ids of tasks begin anew in each life',
    file: 'src/core/openSession.ts', find: 'kept.lastN === 0 ? 0 : kept.lastN + UNKEPT', put: '0',
  },
  {
    law: 13, what: 'a group that failed is put in twice when it is tried again',
    file: `${internal}durable/commits.ts`, find: 'this.#group = [...facts, ...this.#group];',
    put: 'this.#group = [...facts, ...facts, ...this.#group];',
  },
  {
    law: 13, what: 'what waited is called before that is written down',
    file: `${internal}session/sessionCore.ts`, find: '        this.journal?.started(next, now);\n', put: '',
    also: {
      file: `${internal}session/sessionCore.ts`, find: '        task.enter = undefined;\n',
      put: '        task.enter = undefined;\n        this.journal?.started(next, now);\n',
    },
  },
  {
    law: 13, what: 'an agent is called before that is kept',
    file: `${internal}task/taskRecord.ts`, find: 'this.owner.dispatcher.whenKept(() => { this.call(); });', put: 'this.call();',
  },
  {
    law: 13, what: 'a late observer is given what is not kept',
    file: `${internal}log/taskLog.ts`, find: 'dispatcher.whenKept(() => {',
    put: '((work: () => void, _: () => void) => { work(); })(() => {',
  },
  {
    law: 13, what: 'an answer of a tool goes out before what it says is kept',
    file: 'src/tools/hearing/counted.ts', find: 'if (settled !== undefined) await settled;', put: 'settled?.catch(() => undefined);',
  },
  {
    law: 13, what: 'what nobody has heard of is evicted in silence',
    file: `${internal}session/sessionCore.ts`, find: 'if (this.#isAsked && task.isHeard !== true) task.lament();', put: '',
  },
  {
    law: 13, what: 'ids of forgotten tasks are forgotten, too',
    file: `${internal}durable/restore.ts`, find: 'core.evicted.set(id, [...parentIds, undefined]);', put: 'void [id, parentIds];',
  },
  {
    law: 13, what: 'the tasks of what is interrupted are never counted in their generation',
    file: `${internal}durable/restore.ts`, find: "core.seats[task.state === 'running' ? 'start' : 'wait'](record);",
    put: "if (record.endsWith === core.root) core.seats[task.state === 'running' ? 'start' : 'wait'](record);",
  },
  {
    law: 13, what: 'who waits for what is never kept waits for ever',
    file: `${internal}durable/gatedDispatcher.ts`, find: 'else if (this.#isShut) drop?.();', put: 'else if (this.#isShut) continue;',
  },
];

/** Jest's verdict on one spec. */
interface Verdict {
  readonly failed: number;
  readonly passed: number;
  readonly random: boolean;
  readonly trouble?: string | undefined;
  /** The files in which something is red. */
  readonly files?: readonly string[];
  /** Whether the spec never came to an end. */
  readonly isLost?: boolean;
}

/** Milliseconds in which a law's specs have ended. */
const PATIENCE = 180_000;

/** Specs of a law that stand elsewhere. */
const BESIDE: ReadonlyMap<number, readonly string[]> = new Map([[13, ['test/crashes', 'test/core/durable']]]);

/** A copy of the repository that may be broken. */
class Copy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sidestream-laws-'));

  constructor() {
    for (const name of [
      'src', 'test/laws', 'test/crashes', 'test/core/durable', 'test/support', 'package.json', 'jest.config.ts', 'tsconfig.json',
    ]) {
      cpSync(name, join(this.#folder, name), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(this.#folder, 'node_modules'));
  }

  /** Runs one law's spec with one thing broken, and mends it again. */
  async try({ law, also, ...first }: Break): Promise<Verdict> {
    const wholes = new Map<string, string>();
    try {
      for (const { file, find, put } of also === undefined ? [first] : [first, also]) {
        const path = join(this.#folder, file);
        const text = readFileSync(path, 'utf8');
        const found = text.split(find).length - 1;
        if (found !== 1) return { failed: 0, passed: 0, random: false, trouble: `\`${find}\` is found ${found} times in ${file}` };
        if (!wholes.has(path)) wholes.set(path, text);
        writeFileSync(path, text.replace(find, () => put));
      }
      return await this.run(law);
    } finally {
      for (const [path, whole] of wholes) writeFileSync(path, whole);
    }
  }

  run(law: number): Promise<Verdict> {
    const lawSpecs = [...specsOf(law).map((name) => `test/laws/${name}`), ...BESIDE.get(law) ?? []];
    return new Promise((done) => {
      const jest = spawn(process.execPath, [
        '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js',
        '--json', '--runInBand', '--forceExit', `--testTimeout=${BESIDE.has(law) ? 90_000 : 20_000}`, ...lawSpecs,
      ], { cwd: this.#folder, stdio: ['ignore', 'pipe', 'ignore'] });
      let json = '';
      jest.stdout.on('data', (chunk: Buffer) => { json += chunk.toString(); });
      const patience = setTimeout(() => jest.kill('SIGKILL'), PATIENCE);
      jest.on('close', () => {
        clearTimeout(patience);
        done(read(json));
      });
    });
  }

  remove(): void { rmSync(this.#folder, { recursive: true, force: true }); }
  /** Whether it had to be killed. */
  readonly isHung?: boolean;
}

const specs = readdirSync('test/laws').filter((name) => name.endsWith('.spec.ts'));

function specsOf(law: number): readonly string[] {
  const found = specs.filter((name) => Number.parseInt(name, 10) === law);
  if (found.length === 0) throw new Error(`No spec in test/laws begins with ${law}.`);
  return found;
}

function read(json: string): Verdict {
  try {
    const { numFailedTests, numPassedTests, testResults } = JSON.parse(json) as {
      readonly numFailedTests: number;
      readonly numPassedTests: number;
      readonly testResults: readonly {
        readonly name: string; readonly status: string;
        readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
      }[];
    };
    const random = testResults.some(({ assertionResults }) =>
      assertionResults.some(({ title, status }) => status === 'failed' && title.includes('random schedules')));
    // A core that does not even load makes everything red, and proves nothing.
    const trouble = numFailedTests === 0 && numPassedTests === 0 ? 'the spec could not be run' : undefined;
    const files = testResults.filter(({ status }) => status === 'failed').map(({ name }) => name.slice(name.indexOf('/test/') + 6));
    return { failed: numFailedTests, passed: numPassedTests, random, trouble, files };
  } catch {
    // It ran out of memory, or was killed since it hung. Where Jest cannot run at all, it is so with nothing broken, too.
    return { failed: 1, passed: 0, random: false, isLost: true };
  }
}

const wanted = process.argv.slice(2).map(Number);
const breaks = BREAKS.filter(({ law }) => wanted.length === 0 || wanted.includes(law));
const rows: { readonly law: number; readonly what: string; readonly verdict: string; readonly ok: boolean }[] = [];
const copies = [new Copy(), new Copy()];
try {
  // Where a law is broken already, its red proves nothing.
  const sound = new Map<number, Verdict>();
  const laws = [...new Set(breaks.map(({ law }) => law))];
  await share(laws, async (law, copy) => { sound.set(law, await copy.run(law)); });
  await share(breaks, async (each, copy) => {
    const { failed, passed, random, trouble, isLost, files = [] } = await copy.try(each);
    const before = sound.get(each.law)?.failed ?? 0;
    const ok = trouble === undefined && before === 0 && failed > 0;
    const where = BESIDE.has(each.law) ? ` (${files.join(', ')})` : '';
    const verdict = before > 0 ? `NO: ${before} red before anything was broken`
      : trouble !== undefined ? `NO: ${trouble}` : isLost === true ? 'yes: it never came to an end'
        : failed === 0 ? 'NO: it stayed green' : `yes: ${failed} of ${failed + passed}${random ? ', random schedules too' : ''}${where}`;
    rows.push({ law: each.law, what: each.what, verdict, ok });
    console.error(`law ${each.law}: ${each.what}: ${verdict}`);
  });
} finally {
  for (const copy of copies) copy.remove();
}

const order = new Map(breaks.map(({ what }, n) => [what, n]));
rows.sort((a, b) => (order.get(a.what) ?? 0) - (order.get(b.what) ?? 0));
console.log('\n| law | what was broken | red? |\n|---|---|---|');
for (const { law, what, verdict } of rows) console.log(`| ${law} | ${what} | ${verdict} |`);
if (rows.some(({ ok }) => !ok)) {
  console.error('\nbreak-laws: not every break turned its law’s test red.');
  process.exitCode = 1;
}

/** Works off a list, an item at a time in each copy. */
async function share<T>(items: readonly T[], work: (item: T, copy: Copy) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(copies.map(async (copy) => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item, copy);
  }));
}
