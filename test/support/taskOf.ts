import type { ObservableInput } from 'rxjs';
import { createSession, type AgentOutput, type DelegateOptions, type SessionOptions, type Task } from '../../src/index.js';

/** A task of a session of its own, whose child puts this out. */
export const taskOf = <R = string>(
  output: ObservableInput<AgentOutput<R> | string>, options?: SessionOptions, how?: DelegateOptions,
): Task<R> => createSession(options).delegate(() => output, { goal: 'be watched' }, how);
