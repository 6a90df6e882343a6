import type { Delegator } from '../../core/agent.js';
import { AbortedError, KeyTakenError } from '../../core/errors.js';
import type { Task } from '../../core/task.js';
import { hearingOf } from '../hearing/hearingOf.js';
import { tellerOf } from '../hearing/tell.js';
import type { ToolName } from '../tool.js';
import type { Call } from './defineTool.js';
import { askedOf, type AskedBudget } from './budgetOf.js';
import { keyOf } from './keyOf.js';
import type { Choice } from './roster.js';

/** What is called, by which tool, and how. */
export interface Started {
  readonly tool: ToolName;
  /** As the model sent it. */
  readonly input: unknown;
  readonly choice: Choice;
}

/** A task, and what its agent says that it was given. */
export interface StartedTask {
  readonly task: Task;
  /** Whether the same call has started it before. */
  readonly isJoined: boolean;
  /** For the answer: `granted`, where the agent says it, and `budget`, where it has one. */
  readonly given: { readonly granted?: Readonly<Record<string, unknown>>; readonly budget?: AskedBudget };
}

/** What the answer says of a task that the same call has started before. */
export const JOINED = 'This very call was made before, so nothing was started anew.';

/** What calls have started. */
const known = new WeakSet<Task>();

/**
 * Starts what a model asked for. A signal that was aborted beforehand starts nothing; a later abort never ends the task.
 *
 * A call that is run again, with the same id and input, finds the task that it has started. Where a model has read of the end of that, it
 * is another call, of a provider that uses its ids again, and starts anew.
 */
export function startTask(scope: Delegator, { tool, input, choice }: Started, call: Call): StartedTask {
  const { name, definition, brief, budget } = choice;
  const { signal, callId, joins } = call;
  if (signal?.aborted === true) {
    throw new AbortedError('The call was aborted beforehand, so nothing was started.', { cause: signal.reason });
  }
  const { agent, steerable, grant, wrapUp, limit, deadline, idleTimeout, resultSchema } = definition;
  const given = {
    ...grant === undefined ? {} : { granted: grant(brief, scope) },
    ...budget === undefined ? {} : { budget: askedOf(budget) },
  };
  const key = callId === undefined || !joins ? undefined : keyOf(callId, tool, name, input);
  const start = (whenTaken: 'join' | 'supersede'): Task => {
    const how = {
      name, steerable, budget, limit, deadline, idleTimeout, resultSchema,
      wrapUp: budget === undefined && wrapUp?.before === undefined ? undefined : wrapUp,
    };
    if (key === undefined) return scope.delegate(agent, brief, how);
    try {
      return scope.delegate(agent, brief, { ...how, key, whenTaken });
    } catch (error) {
      // A brief that its schema makes anew each time can be told from no other.
      if (error instanceof KeyTakenError) return scope.delegate(agent, brief, how);
      throw error;
    }
  };
  const found = start('join');
  const isKnown = known.has(found);
  const isSpent = isKnown && isReadOf(scope, found, callId!);
  const task = isSpent ? start('supersede') : found;
  known.add(task);
  return { task, isJoined: isKnown && !isSpent, given };
}

/**
 * Whether a model has read how it ended. Where nobody sees what a model reads, an answer counts as read when it is given; but that of the
 * very call that is run again was perhaps never seen.
 */
const isReadOf = (scope: Delegator, task: Task, callId: string): boolean =>
  task.isHeard && (hearingOf(scope).watchers > 0 || tellerOf(task) !== callId);
