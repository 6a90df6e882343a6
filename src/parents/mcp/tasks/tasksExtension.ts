import { concatMap, lastValueFrom, map, merge, of, startWith } from 'rxjs';
import type { Delegator } from '../../../core/agent.js';
import { untilAborted } from '../../../core/operators/untilAborted.js';
import type { Task } from '../../../core/task.js';
import { statusLineOf } from '../progressOf.js';
import { McpError, type CallToolResult } from '../sdk.js';
import { demandTasks } from './announced.js';

/** How long a client may wait before it asks again, in milliseconds. */
const POLL = 2_000;

const INVALID_PARAMS = -32_602;
const METHOD_NOT_FOUND = -32_601;

/** The extension's own names for where a task is. */
type TaskStatus = 'working' | 'completed' | 'cancelled';

/** A task as the extension describes it: with its result, once it has one. */
export interface TaskView {
  readonly [name: string]: unknown;
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly result?: CallToolResult;
}

/** What the extension needs of the server that it is part of. */
export interface TaskHost {
  readonly scope: Delegator;
  /** What a call would have answered that waited for the task, which has ended; telling it counts, once it has gone out. */
  collect(this: void, task: Task): Promise<Told>;
}

/** A result that tells how a task ended. */
export interface Told {
  readonly result: CallToolResult;
  /** The answer to this request bears it. */
  goesWith(this: void, request: TaskRequest): void;
  /** Something else does, which has gone out, or has not. */
  went(this: void, out: boolean): void;
}

/** A request of the extension. */
export interface TaskRequest {
  readonly requestId: string | number;
  readonly signal: AbortSignal;
  notify(this: void, method: string, params: Readonly<Record<string, unknown>>): Promise<void>;
}

type Answer = Readonly<Record<string, unknown>>;
type Method = (host: TaskHost, params: unknown, request: TaskRequest) => Promise<Answer>;

const get: Method = async (host, params, request) => {
  const { view, told } = await viewOf(host, taskIn(host, params));
  told?.goesWith(request);
  return { resultType: 'complete', ...view };
};

/** Nothing here asks its client for anything yet, and answers to what was not asked are to be ignored. */
const update: Method = async (host, params) => {
  taskIn(host, params);
  return Promise.resolve({ resultType: 'complete' });
};

const cancel: Method = async (host, params, request) => {
  const task = taskIn(host, params);
  // Whoever ends a task has heard of its end.
  if (task.cancel('cancelled by the client')) (await host.collect(task)).goesWith(request);
  return { resultType: 'complete' };
};

/** Tells of tasks, as they are and when they have ended, until all have, or the client asks for no more. */
const listen: Method = async (host, params, { requestId, signal, notify }) => {
  const { notifications } = Object(params) as { readonly notifications?: { readonly taskIds?: unknown } };
  const ids = Array.isArray(notifications?.taskIds) ? notifications.taskIds as readonly unknown[] : [];
  const tasks = [...new Set(ids)].flatMap((id) => typeof id === 'string' ? host.scope.get(id) ?? [] : []);
  const _meta = { 'io.modelcontextprotocol/subscriptionId': requestId };
  await notify('notifications/subscriptions/acknowledged', { notifications: { taskIds: tasks.map(({ id }) => id) }, _meta });
  const looks = tasks.map((task) => task.outcome === undefined ? task.ended.pipe(map(() => task), startWith(task)) : of(task));
  await lastValueFrom(merge(...looks).pipe(
    untilAborted(signal),
    concatMap(async (task) => {
      const { view, told } = await viewOf(host, task);
      const out = await notify('notifications/tasks', { ...view, _meta }).then(() => true, () => false);
      told?.went(out);
    }),
  ), { defaultValue: undefined });
  return { resultType: 'complete', _meta };
};

const METHODS: Readonly<Record<string, Method>> = {
  'tasks/get': get, 'tasks/update': update, 'tasks/cancel': cancel, 'subscriptions/listen': listen,
};

/** Answers a request that no other part of the server knows. @throws McpError where it is not the extension's, or not right */
export async function answerTasks(host: TaskHost, method: string, params: unknown, request: TaskRequest): Promise<Answer> {
  if (!Object.hasOwn(METHODS, method)) throw new McpError(METHOD_NOT_FOUND, 'Method not found');
  demandTasks(params);
  return await METHODS[method]!(host, params, request);
}

/** What a client is given in place of a result that it would have to wait for. */
export const createdOf = (task: Task): Answer => ({ resultType: 'task', ...stateOf(task, 'working') });

async function viewOf(host: TaskHost, task: Task): Promise<{ readonly view: TaskView; readonly told?: Told }> {
  const { outcome } = task.snapshot(0);
  if (outcome === undefined) return { view: stateOf(task, 'working') };
  const told = await host.collect(task);
  if (outcome.type === 'cancelled') return { view: { ...stateOf(task, 'cancelled'), statusMessage: outcome.reason }, told };
  return { view: { ...stateOf(task, 'completed'), result: told.result }, told };
}

function stateOf(task: Task, status: TaskStatus): TaskView {
  const { startedAt, endedAt, lastActivityAt } = task.snapshot(0);
  return {
    taskId: task.id,
    status,
    ...status === 'working' ? { statusMessage: statusLineOf(task) } : {},
    createdAt: new Date(startedAt ?? lastActivityAt).toISOString(),
    lastUpdatedAt: new Date(endedAt ?? lastActivityAt).toISOString(),
    // It is kept while its connection lasts, unless so many others have ended since that there is no room.
    ttlMs: null,
    pollIntervalMs: POLL,
  };
}

function taskIn({ scope }: TaskHost, params: unknown): Task {
  const { taskId } = Object(params) as { readonly taskId?: unknown };
  const task = typeof taskId === 'string' ? scope.get(taskId) : undefined;
  if (task === undefined) throw new McpError(INVALID_PARAMS, 'Task not found. It is not of this connection, or was forgotten since.');
  return task;
}
