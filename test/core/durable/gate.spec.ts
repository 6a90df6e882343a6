import { describe, expect, it } from '@jest/globals';
import { Observable, type Subscriber } from 'rxjs';
import {
  collect, isOutcome, result, type AgentContext, type AgentFunction, type AgentOutput, type Brief, type TaskEvent,
} from '../../../src/index.js';
import { openSession } from '../../../src/core/openSession.js';
import { StoreUnavailableError } from '../../../src/core/storeErrors.js';
import { createInbox, type Batch } from '../../../src/inbox/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { Random } from '../../support/crashes/random.js';
import { slowStore, type SlowStore } from '../../support/crashes/slowStore.js';
import { timesLawRuns } from '../../support/laws/play.js';

interface Run { readonly id: string; readonly out: Subscriber<AgentOutput | string>; readonly context: AgentContext }

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

/** Whether what an event says is kept. */
function isKept({ kept }: SlowStore, event: TaskEvent): boolean {
  const { taskId: id, type } = event;
  switch (type) {
    case 'queued': return kept.some((fact) => fact.type === 'created' && fact.id === id);
    case 'started': return kept.some((fact) =>
      (fact.type === 'created' && fact.id === id && fact.startedAt !== undefined) || (fact.type === 'started' && fact.id === id));
    case 'attempt': return kept.some((fact) => (fact.type === 'attempted') && fact.id === id && fact.attempt >= event.attempt);
    case 'steered': return kept.some((fact) => fact.type === 'steered' && fact.id === event.steeringId && fact.state === event.state);
    case 'completed': case 'failed': case 'cancelled': return kept.some((fact) => fact.type === 'ended' && fact.id === id);
    default: return true;
  }
}

/** One random life over a store that takes its time; what is told before it is kept is a violation. */
async function live(seed: number): Promise<readonly string[]> {
  const random = new Random(seed);
  const slow = slowStore();
  const violations: string[] = [];
  const demand = (holds: boolean, what: () => string): void => { if (!holds) violations.push(`seed ${seed}: ${what()}`); };
  const runs: Run[] = [];
  const agent = ((brief: Brief, steering: Observable<string>, context: AgentContext) => new Observable<AgentOutput | string>((out) => {
    const { taskId: id } = context;
    demand(slow.kept.some((fact) =>
      (fact.type === 'created' && fact.id === id && fact.startedAt !== undefined) || (fact.type === 'started' && fact.id === id)),
    () => `the agent of ${id} is called before that is kept`);
    const run = { id, out, context };
    runs.push(run);
    out.add(() => { runs.splice(runs.indexOf(run), 1); });
    if (brief.goal === 'listen') out.add(steering.subscribe());
  })) as AgentFunction;
  const opening = openSession({ store: slow.store, agents: { worker: agent }, maxRunning: 2, overflow: 'queue', mailboxSize: 2 });
  for (let n = 0; n < 4; n++) {
    await turn();
    slow.done();
  }
  const session = await opening;
  const tools = createToolset(session, { agents: { worker: agent } });
  const inbox = createInbox(session);
  const order: TaskEvent[] = [];
  const late: { readonly id: string; readonly seen: TaskEvent[] }[] = [];
  const batches: Batch[] = [];
  const pending: Promise<unknown>[] = [];
  session.events.subscribe((event) => {
    demand(isKept(slow, event), () => `${event.type} of ${event.taskId} is told before it is kept`);
    order.push(event);
  });
  const accept = (batch: Batch | undefined): void => {
    if (batch === undefined) return;
    demand(slow.kept.some((fact) => fact.type === 'told' && fact.mark === batch.id), () => `batch ${batch.id} is told before that is kept`);
    for (const { task_id: id } of batch.completions) {
      demand(slow.kept.some((fact) => fact.type === 'ended' && fact.id === id), () => `the end of ${id} is told before it is kept`);
    }
    batches.push(batch);
  };
  const act = (): void => {
    const task = random.one(session.tasks());
    const run = random.one(runs);
    random.weighted<() => void>([
      [4, () => {
        pending.push(tools.delegate_task_async.execute({ goal: random.one(['work', 'listen'])! }).then(({ ok, task_id: id }) => {
          const isCreated = slow.kept.some((fact) => fact.type === 'created' && fact.id === id);
          if (ok) demand(isCreated, () => `${String(id)} is acknowledged before it is kept`);
        }));
      }],
      [2, () => { session.delegate(agent, { goal: 'listen' }, { name: 'worker' }); }],
      [4, () => {
        if (run === undefined) return;
        if (random.chance(80)) run.out.next(result(`${run.id} is done`));
        run.out.complete();
      }],
      [4, () => { run?.out.next('line'); }],
      [2, () => { run?.context.emit({ type: 'attempt', reason: 'again' }); }],
      [2, () => {
        if (run !== undefined && run.context.depthLeft > 1) run.context.delegate(agent, { goal: 'below' }, { name: 'worker' });
      }],
      [3, () => { task?.steer('message'); }],
      [2, () => { run?.context.takeSteering(); }],
      [1, () => { task?.cancel('no'); }],
      [4, () => {
        if (task === undefined) return;
        const watch = { id: task.id, seen: [] as TaskEvent[] };
        late.push(watch);
        task.events.subscribe((event) => {
          demand(isKept(slow, event), () => `a late observer of ${task.id} is given ${event.type} before it is kept`);
          watch.seen.push(event);
        });
      }],
      [2, () => {
        if (task === undefined) return;
        pending.push(tools.check_task.execute({ task_id: task.id }).then(({ status }) => {
          if (status === 'queued' || status === 'running') return;
          const isKeptNow = slow.kept.some((fact) => fact.type === 'ended' && fact.id === task.id);
          demand(isKeptNow, () => `a check tells the end of ${task.id} unkept`);
        }));
      }],
      [1, () => {
        if (task === undefined) return;
        pending.push(collect(task).catch(() => undefined).then(() => {
          demand(slow.kept.some((fact) => fact.type === 'ended' && fact.id === task.id), () => `${task.id} is collected unkept`);
        }));
      }],
      [3, () => { accept(inbox.lease()); }],
      [2, () => {
        const batch = batches.shift();
        batch?.acknowledge();
        demand(batch === undefined || batch.completions.every(({ task_id: id }) => session.get(id)?.isHeard === true),
          () => `batch ${batch!.id} was acknowledged, and is not heard of`);
      }],
    ])();
  };
  for (let n = 0; n < 60; n++) {
    try {
      act();
    } catch (error) {
      demand(error instanceof StoreUnavailableError, () => String(error));
    }
    if (random.chance(40)) await turn();
    if (random.chance(40)) slow.done(random.chance(5) ? new StoreUnavailableError('not now') : undefined);
  }
  session.cancel('the end');
  const state = { waits: true, isClosed: false };
  void Promise.all(pending).then(() => { state.waits = false; });
  for (let n = 0; n < 400 && (state.waits || slow.isBusy); n++) {
    slow.done();
    await (n % 4 === 0 ? new Promise((resolve) => { setTimeout(resolve, 2); }) : turn());
  }
  demand(!state.waits, () => 'somebody waits for ever');
  void session.close().then(() => { state.isClosed = true; });
  while (!state.isClosed) {
    await new Promise((resolve) => { setTimeout(resolve, 1); });
    slow.done();
  }
  for (const { id, seen } of late) {
    const all = order.filter(({ taskId }) => taskId === id).map(({ seq }) => seq);
    const ours = seen.map(({ seq }) => seq);
    const isSuffix = JSON.stringify(all.slice(-ours.length)) === JSON.stringify(ours);
    demand(isSuffix, () => `a late observer of ${id} saw ${ours.join()} of ${all.join()}`);
    demand(seen.some(isOutcome), () => `a late observer of ${id} is not told its end`);
  }
  return violations;
}

describe('a session over a store that takes its time', () => {
  it(`should tell nothing, and call nobody, before it is kept, on ${timesLawRuns(120)} random schedules`, async () => {
    const violations: string[] = [];
    for (let seed = 1; seed <= timesLawRuns(120); seed++) violations.push(...await live(seed));
    expect(violations).toEqual([]);
  });
});
