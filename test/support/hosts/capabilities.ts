import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DoesNotApply } from '../matrix/doesNotApply.js';
import { insist } from '../matrix/insist.js';
import type { Capability } from '../matrix/results.js';
import { isAlive } from '../processes/isAlive.js';
import { createHostStage } from './hostStage.js';
import { playSteps, SECONDS, TOOLS, type Answer, type Played, type Step } from './playHostWork.js';
import type { RealHost } from './realHost.js';

/** Notes what was seen in a run of a row's own, for whoever looks at its failure. */
export type Witness = (line: string) => void;

/** A row of the table: what a host is to do. It looks at the one long run, or makes one of its own. */
export interface HostCapability extends Capability {
  look(host: RealHost, directory: string, played: () => Promise<Played>, witness: Witness): Promise<string | undefined>;
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 400) ?? 'nothing';

/** A row about the long run. */
const seen = (id: string, title: string, look: (played: Played) => string | undefined): HostCapability => ({
  id, title,
  async look(_host, _directory, played) {
    const all = await played();
    insist(all.code === 0 && all.output.includes('all done'), `The host ended with ${String(all.code)}: ${all.output.slice(-600)}`);
    return look(all);
  },
});

const START: Step = () => ({ name: 'delegate_task_async', input: { goal: 'count' } });

/** Starts three children, kills a process of the host, and counts the children that outlive it. */
async function killed(
  host: RealHost, directory: string, which: 'launcher' | 'host', witness: Witness,
): Promise<string | undefined> {
  await using stage = await createHostStage(host, directory, 600);
  const { model, pid, ended } = await playSteps(host, stage, [START, START, START], { say: 'waiting', then: 'hang' });
  try {
    const end = Symbol('ended');
    const until = performance.now() + 300_000;
    let over: unknown;
    void ended.then((how) => { over = [end, how]; });
    while ((await stage.alive()).length < 3) {
      insist(over === undefined, `The host ended before three children ran: ${shown(over)}`);
      insist(performance.now() < until, 'Three children did not run within 300 s.');
      await sleep(50);
    }
    const [child] = await stage.children();
    const real = parentOf(parentOf(child!));
    if (which === 'launcher' && real === pid) throw new DoesNotApply('It is one process.');
    const server = parentOf(child!);
    const family = { 'the launcher': pid, 'the host': real, 'our server': server, 'a child': child! };
    const look = (when: string): void => {
      for (const [what, each] of Object.entries(family)) {
        witness(`${when}, ${what} ${isAlive(each) ? 'lives' : 'is gone'}: ${commandOf(each)}`);
      }
    };
    look('before');
    process.kill(which === 'host' ? real : pid, 'SIGKILL');
    const began = performance.now();
    while ((await stage.alive()).length > 0 && performance.now() - began < 10_000) await sleep(20);
    const left = (await stage.alive()).length;
    look('after SIGKILL');
    const after = ((performance.now() - began) / 1_000).toFixed(1);
    if (isAlive(real)) process.kill(real, 'SIGKILL');
    insist(left === 0, which === 'host'
      ? `${left} of 3 children are there after 10 s.`
      : `The host itself, another process, lives on, and with it its server and ${left} of 3 children.`);
    return `${after} s`;
  } finally {
    await model.close();
  }
}

/**
 * Lets one child end while the model is silent and another go on, kills host and server, and starts them again over the same file: then the
 * model is told of both, once.
 */
async function restarted(host: RealHost, directory: string, witness: Witness): Promise<string | undefined> {
  await using stage = await createHostStage(host, directory, 600, true);
  const first = await playSteps(host, stage, [
    () => ({ name: 'delegate_task_async', input: { goal: 'go on', agent: 'worker' } }),
    () => ({ name: 'delegate_task_async', input: { goal: 'end', agent: 'brief' } }),
  ], { say: 'waiting', then: 'hang' });
  try {
    await until(async () => (await stage.children()).length === 2 && (await stage.alive()).length === 1, 300_000);
    const server = parentOf((await stage.alive())[0]!);
    // What has ended is kept some milliseconds later.
    await sleep(1_000);
    for (const pid of new Set([server, parentOf(server), first.pid])) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await first.ended;
    await until(async () => (await stage.alive()).length === 0, 10_000);
  } finally {
    await first.model.close();
  }
  const [long, brief] = first.answers;
  const next = async (): Promise<readonly [list: Answer, checked: Answer, collected: Answer]> => {
    const run = await playSteps(host, stage, [
      () => ({ name: 'list_tasks', input: {} }),
      () => ({ name: 'check_task', input: { task_id: long.task_id } }),
      () => ({ name: 'collect_task', input: { task_id: brief.task_id, timeout: 5 } }),
    ]);
    const { output } = await run.ended;
    await run.model.close();
    insist(run.answers.length === 3, `The host ended early: ${output.slice(-600)}`);
    witness(`told: ${shown(run.answers)}`);
    return [run.answers[0], run.answers[1], run.answers[2]];
  };
  const [list, checked, collected] = await next();
  const ended = (list.ended ?? []) as readonly Answer[];
  const told = (id: string): Answer => ended.find(({ task_id }) => task_id === id);
  insist(told(long.task_id)?.code === 'interrupted', `What was interrupted: ${shown(list)}`);
  insist(told(brief.task_id)?.summary === 'the work is done', `What had ended: ${shown(list)}`);
  insist(checked.ok === true && collected.status === 'completed', `By their ids: ${shown([checked, collected])}`);
  const [again] = await next();
  insist(again.ended === undefined && again.total === 2, `It was told twice: ${shown(again)}`);
  return undefined;
}

async function until(isSo: () => Promise<boolean>, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!await isSo()) {
    insist(performance.now() < end, `It has not come to that within ${ms / 1_000} s.`);
    await sleep(50);
  }
}

/** By /proc: the pid, the name in brackets, the state, the parent. */
function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** What runs there, without its folders. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').replaceAll(/[^\s"=]*\//g, '').trim().slice(0, 120);
  } catch {
    return '';
  }
}

/** The rows, in their order. */
export const capabilities: readonly HostCapability[] = [
  seen('tools', 'lists all tools', ({ listed }) => {
    const missing = TOOLS.filter((name) => !listed.includes(name));
    insist(missing.length === 0, `It lists no ${missing.join(', ')}.`);
    return undefined;
  }),
  seen('start', 'starts a child, checks it, lists it', ({ answers: { started, checked, list } }) => {
    insist(started?.ok === true && started.status === 'running' && started.agent === 'worker', `It was started with ${shown(started)}`);
    insist(checked?.ok === true && checked.task_id === started.task_id, `The check: ${shown(checked)}`);
    insist(list?.total === 2 && list.running === 1, `The list: ${shown(list)}`);
    return undefined;
  }),
  seen('steer', 'steers it', ({ answers: { steered, collected } }) => {
    insist(steered?.ok === true, shown(steered));
    insist(String(collected?.output).includes('heard turn left'), `The child did not hear it: ${shown(collected)}`);
    return undefined;
  }),
  seen('cancel', 'cancels another, which stops', ({ answers: { cancelled, spare } }) => {
    const isWell = cancelled?.ok === true && cancelled.cancelled === true && cancelled.stopped === true;
    insist(isWell && cancelled.ended_ids[0] === spare.task_id, shown(cancelled));
    return undefined;
  }),
  seen('refusal', 'shows its model why a wrong id is refused', ({ answers: { unknown } }) => {
    insist(unknown?.ok === false && unknown.code === 'task_not_found', shown(unknown));
    return undefined;
  }),
  seen('long', `collects a child of ${SECONDS} s: \`timed_out\` after 45 s, then its result`, ({ answers: { shortened, collected } }) => {
    insist(shortened?.timed_out === true && shortened.status === 'running' && shortened.timeout === 45, `First: ${shown(shortened)}`);
    insist(collected?.status === 'completed' && collected.summary === 'the work is done', `Then: ${shown(collected)}`);
    insist(collected.elapsed >= SECONDS, `It came too early: ${shown(collected)}`);
    return undefined;
  }),
  seen('left', 'leaves no child behind when it ends', ({ answers: { left }, children, alive }) => {
    insist(left?.ok === true && children === 3, `The last child was not started: ${shown(left)}`);
    insist(alive === 0, `${alive} of ${children} children outlive it.`);
    return undefined;
  }),
  {
    id: 'kill', title: 'leaves no child behind when it is killed',
    look: (host, directory, _played, witness) => killed(host, directory, 'host', witness),
  },
  {
    id: 'kill-launcher', title: 'leaves no child behind when its launcher is killed',
    look: (host, directory, _played, witness) => killed(host, directory, 'launcher', witness),
  },
  {
    id: 'restart', title: 'killed with our server and started again, tells its model what ended and what was interrupted, once',
    look: (host, directory, _played, witness) => restarted(host, directory, witness),
  },
];
