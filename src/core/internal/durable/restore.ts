import type { AgentFunction, Limit, OnRestart } from '../../agent.js';
import { InterruptedError, NotStartedError, type SidestreamError } from '../../errors.js';
import { isScope } from '../../scopeId.js';
import type { StandardSchema } from '../../standardSchema.js';
import type { Kept, KeptTask } from '../../store.js';
import { failureOf } from '../failure/failureOf.js';
import { frozenCopy } from '../session/frozenCopy.js';
import type { SessionCore } from '../session/sessionCore.js';
import { regain } from '../limits/spent.js';
import { mailboxOf } from '../task/mailboxOf.js';
import { Place, ScopeNode } from '../task/scopeNode.js';
import { TaskHandle } from '../task/taskHandle.js';
import { TaskRecord } from '../task/taskRecord.js';
import { endingOf } from './endings.js';
import { renewLog, restoreLog } from './logs.js';
import { RestoredQuestions } from './restoredQuestions.js';
import { RestoredRecord } from './restoredRecord.js';

/** An agent that can be found by its name. */
export interface KnownAgent {
  readonly agent: AgentFunction;
  readonly onRestart: OnRestart;
  readonly steerable: boolean | undefined;
  readonly limit: Limit | undefined;
  readonly resultSchema: StandardSchema | undefined;
}

/** How what was there goes on. */
export interface RestoreOptions {
  readonly agents: ReadonlyMap<string, KnownAgent>;
  readonly maxAttempts: number;
}

/** A task above that is not there any more. */
class GoneNode extends ScopeNode {
  override readonly id: string;

  constructor(above: ScopeNode, id: string) {
    super(above);
    this.id = id;
  }

  override get isEnded(): boolean { return true; }
}

/**
 * Fills a new session with what its store holds: the ended as they ended, the queued in their order, and of what ran what may go on; the
 * rest ends as interrupted. Nothing is started by this: that is done when the session has a slot, and somebody wakes it.
 */
export function restore(core: SessionCore, { epoch, tasks, evicted, spent = [] }: Kept, options: RestoreOptions): void {
  for (const { id, parentIds } of evicted) core.evicted.set(id, [...parentIds, undefined]);
  for (const { place, usage } of spent) {
    if (place === '') regain(core.root, usage);
    else core.scopes.spent.set(place, usage);
  }
  const gone = new Map<string, ScopeNode>();
  const placeOf = ([id, ...above]: readonly string[]): ScopeNode => {
    if (id === undefined) return core.root;
    const known = core.records.get(id) ?? gone.get(id);
    if (known !== undefined) return known;
    if (isScope(id)) return core.scopes.place(id, placeOf(above), true);
    const node = new GoneNode(placeOf(above), id);
    gone.set(id, node);
    return node;
  };
  const records = tasks.map((task) => ({ task, record: add(core, task, placeOf(task.parentIds), options) }));
  const ended = records.filter(({ task }) => task.ended !== undefined)
    .sort((one, other) => one.task.ended!.order - other.task.ended!.order);
  for (const { record, task } of ended) end(core, record, task);
  const live = records.filter(({ task }) => task.ended === undefined);
  for (const { record, task } of live) revive(core, record, task, epoch, options);
  core.dispatcher.exclusive(() => {
    // Those that ran come before those that waited.
    for (const state of ['running', 'queued'] as const) {
      for (const { record, task } of live) if (task.state === state && !record.isEnded) goOn(core, record, task, options);
    }
    for (const { record } of records) loseKey(record);
  });
}

function add(core: SessionCore, task: KeptTask, above: ScopeNode, { agents }: RestoreOptions): RestoredRecord {
  const known = knownFor(task, agents);
  const { detached, deadline, idleTimeout, keyIn, meta, budget, wrapUp, steerable = known?.steerable } = task.options;
  const key = keyIn === (above instanceof Place ? above.id : undefined) ? task.options.key : undefined;
  const brief = frozenCopy(task.brief);
  const record = new RestoredRecord(core, { ...task, brief }, above, task.ended === undefined ? known?.agent : undefined, {
    detached, deadline, idleTimeout, key, meta: meta && Object.freeze(meta), budget, wrapUp, steerable, limit: known?.limit,
    resultSchema: known?.resultSchema,
  });
  record.handle = new TaskHandle(record);
  if (task.ended === undefined) record.count(1);
  core.records.set(task.id, record);
  if (key !== undefined) (above.keys ??= new Map()).set(key, record);
  let root: ScopeNode = record;
  while (root.depth > 1) root = root.above!.task!;
  if (root !== record && root instanceof TaskRecord) root.descendants = (root.descendants ?? 0) + 1;
  return record;
}

function knownFor({ named, agent, options }: KeptTask, agents: RestoreOptions['agents']): KnownAgent | undefined {
  return named ? agents.get(options.known ?? agent) : undefined;
}

/** What was interrupted below a task that goes on has no key any more: whoever is run again starts it again. */
function loseKey(record: RestoredRecord): void {
  const { above, outcome } = record;
  const isInterrupted = outcome?.type === 'failed' && (outcome.error.code === 'interrupted' || outcome.error.code === 'not_started');
  if (isInterrupted && (above.task as RestoredRecord | undefined)?.again !== undefined) record.freeKey();
}

/** What both have: their messages, and what was used. */
function giveBack(record: RestoredRecord, { letters, usage }: KeptTask): void {
  if (letters.length > 0) {
    const mailbox = mailboxOf(record);
    for (const { id, state, text, reason, step } of letters) {
      mailbox.adopt({ id, state, text, ...reason !== undefined && { reason }, ...step !== undefined && { step: { step } } });
    }
  }
  if (usage !== undefined) regain(record, usage);
}

function end(core: SessionCore, record: RestoredRecord, task: KeptTask): void {
  const { log, attempt, id, createdAt } = task;
  const { ending, at, seq, ids, heard, weight } = task.ended!;
  restoreLog(record, log, attempt);
  const { meta } = record;
  if (task.saved !== undefined) record.saved = task.saved;
  record.outcome = Object.freeze({ taskId: id, seq, at, attempt, ...meta !== undefined && { meta }, ...endingOf(ending) });
  record.ownLog!.restore(record.outcome);
  // Its mailbox is closed from the start.
  giveBack(record, task);
  record.used = record.spent?.usage;
  record.endDelay = at - createdAt;
  record.weight = weight;
  record.isHeard = heard;
  if (ids !== undefined) record.endedIds = ids;
  if (record.speech !== undefined) record.speech.transcript = undefined;
  core.retention.ended(record);
}

function revive(core: SessionCore, record: RestoredRecord, task: KeptTask, epoch: number, { agents }: RestoreOptions): void {
  giveBack(record, task);
  if (knownFor(task, agents)?.onRestart === 'resume') record.saved = task.saved;
  renewLog(record, task.log, task.attempt, epoch);
  const { follow_up: followed } = record.brief;
  if (followed !== undefined) record.followed = core.records.get(followed)?.saved;
  // Each is counted where it was before any of them ends: its end takes others along.
  core.seats[task.state === 'running' ? 'start' : 'wait'](record);
  const { task: parent } = record.above;
  if (parent instanceof TaskRecord) (parent.children ??= new Set()).add(record);
}

/** Lets a task go on that lived, or ends it. */
function goOn(core: SessionCore, record: RestoredRecord, task: KeptTask, { agents, maxAttempts }: RestoreOptions): void {
  const { named, agent: name, options: { signal }, state, tries, saved } = task;
  const known = knownFor(task, agents);
  const isBelow = !(record.endsWith instanceof Place);
  const fail = (error: SidestreamError): void => { record.end({ type: 'failed', error: failureOf(error) }, undefined, true); };
  const enter = (): void => { record.enter = (work) => { work(); }; };
  if (state === 'queued') {
    if (isBelow) fail(new NotStartedError('The process ended before the task had started, and the task above it with it.'));
    else if (known === undefined) fail(new NotStartedError(`The process ended before the task had started, and ${nobody(name, named)}`));
    else if (signal === true) fail(new NotStartedError('The process ended before the task had started, and whoever could abort it too.'));
    else {
      // Behind those that ran.
      core.seats.end(record);
      core.seats.wait(record);
      enter();
    }
    return;
  }
  const why = known === undefined ? nobody(name, named)
    : isBelow ? 'the task above it ended with it.'
      : known.onRestart === 'interrupt' ? undefined
        : signal === true ? 'whoever could abort it has gone.'
          : tries >= maxAttempts ? `its process ended ${tries === 1 ? 'once' : `${tries} times`} while it ran.`
            : known.onRestart === 'resume' && saved === undefined ? 'it had saved nothing to go on from.'
              : 'goes on';
  if (why !== 'goes on') {
    fail(new InterruptedError([
      'The process ended while the task ran; what it did may have happened, and may still go on.',
      ...why === undefined ? [] : [`It is not run again: ${why}`],
      'Start it again if it is still needed.',
    ].join(' ')));
    return;
  }
  for (const child of record.children ?? []) {
    if (child.endsWith !== record || child.isEnded) continue;
    // What begins anew knows nothing of it.
    if (known!.onRestart === 'restart') child.isHeard = true;
    child.end({ type: 'failed', error: failureOf(new InterruptedError(
      'The process ended while the task ran; what it did may have happened. The task above it goes on.',
    )) }, undefined, true);
  }
  record.again = {
    startDelay: record.startDelay!,
    reason: known!.onRestart === 'resume' ? 'resumed: the process had ended' : 'restarted: the process had ended',
  };
  if (task.questions !== undefined) {
    record.questions = new RestoredQuestions(record, task.questions);
    record.asking();
  }
  core.seats.end(record);
  delete record.startDelay;
  core.seats.wait(record);
  enter();
}

const nobody = (name: string, named: boolean): string => named
  ? `there is no agent ${name} any more.`
  : `its agent was not one of \`agents\`, so it is not found again.`;
