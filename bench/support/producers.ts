import { Observable, type Subscriber } from 'rxjs';
import type { Agent } from '../../src/core/agent.js';
import { createSession, type Session } from '../../src/core/session.js';
import type { Task } from '../../src/core/task.js';
import { PlainTask, type PlainAgent } from './plainTask.js';

/** Tasks, and what their children print with. */
export interface Producers<T> {
  readonly tasks: readonly T[];
  readonly children: readonly Subscriber<string>[];
}

const brief = { goal: 'print what the benchmark says' };

/** So many tasks of one session, whose children print when they are told to. */
export function ourProducers(count: number, session: Session = sessionForMany()): Producers<Task<string>> {
  const children: Subscriber<string>[] = [];
  const agent: Agent = () => new Observable<string>((child) => { children.push(child); });
  const tasks = Array.from({ length: count }, () => session.delegate(agent, brief));
  return { tasks, children };
}

/** So many tasks of the plain design, in a Map by id as they would be. */
export function plainProducers(count: number): Producers<PlainTask> {
  const children: Subscriber<string>[] = [];
  const agent: PlainAgent = () => new Observable<string>((child) => { children.push(child); });
  const tasks = new Map<string, PlainTask>();
  for (let n = 0; n < count; n++) tasks.set(`agent-${n}`, new PlainTask(`agent-${n}`, agent));
  return { tasks: [...tasks.values()], children };
}

/** A session that takes any number of tasks; all else is as it is by default. */
export const sessionForMany = (): Session => createSession({ maxRunning: Infinity });

/** A line for every child: each a flat string of its own, of 40 characters. */
export const linesOf = (count: number, second: number): string[] => Array.from({ length: count }, (_, n) =>
  Buffer.from(`second ${1000 + second}: file ${1_000_000 + n} has been read`).toString('latin1'));

/** Every child prints its line. */
export function printEach(children: readonly Subscriber<string>[], lines: readonly string[]): void {
  for (let n = 0; n < children.length; n++) children[n]!.next(lines[n]!);
}
