import type { AgentFunction, DelegateOptions } from '../../agent.js';
import type { KeptTask } from '../../store.js';
import { TaskRecord } from '../task/taskRecord.js';
import type { TaskOwner } from '../task/taskOwner.js';
import type { ScopeNode } from '../task/scopeNode.js';

/** A task of an earlier life of its session. */
export class RestoredRecord extends TaskRecord {
  /** How its next attempt is counted. */
  readonly following: { readonly attempt: number; readonly tries: number };
  /** When it was first started, and why it is started again; nothing where it never was. */
  again: { readonly startDelay: number; readonly reason: string } | undefined;

  constructor(owner: TaskOwner<TaskRecord>, task: KeptTask, above: ScopeNode, agent: AgentFunction | undefined, options: DelegateOptions) {
    super(owner, task.id, task.agent, Object.freeze(task.brief) as never, above, agent, options);
    const runs = task.state === 'running';
    this.following = { attempt: runs ? task.attempt + 1 : 1, tries: task.tries + 1 };
    this.createdAt = task.createdAt - owner.clock.began;
    this.wasQueued = task.options.queued === true;
    if (task.startedAt !== undefined) this.startDelay = task.startedAt - task.createdAt;
    this.activeDelay = (task.activeAt ?? task.startedAt ?? task.createdAt) - task.createdAt;
  }

  override start(now: number): void {
    if (this.again === undefined) {
      super.start(now);
      return;
    }
    this.startDelay = this.again.startDelay;
    this.activeDelay = now - this.createdAt;
    this.emit({ type: 'attempt', reason: this.again.reason });
    this.owner.dispatcher.whenKept(() => { this.call(); });
  }

  override say(): void {
    super.say();
    // What ended while it waited for its next attempt was started all the same.
    if (this.outcome !== undefined && this.again !== undefined) this.startDelay ??= this.again.startDelay;
  }
}
