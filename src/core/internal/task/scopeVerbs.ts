import type { Observable } from 'rxjs';
import type { AgentFunction, Capacity, DelegateOptions, Delegator, Scope, ScopeOptions } from '../../agent.js';
import type { Brief } from '../../brief.js';
import type { TaskEvent } from '../../events.js';
import type { Task } from '../../task.js';
import type { ScopeNode } from './scopeNode.js';

/** What the verbs of a scope come down to, for the tasks below a node. */
export interface Scopes {
  delegate<B extends Brief>(node: ScopeNode, agent: AgentFunction<B>, brief: B, options?: DelegateOptions): Task<never>;
  get(node: ScopeNode, id: string): Task | undefined;
  isEvicted(node: ScopeNode, id: string): boolean;
  tasks(node: ScopeNode): readonly Task[];
  unheard(node: ScopeNode): readonly Task[];
  events(node: ScopeNode): Observable<TaskEvent>;
  questions(node: ScopeNode): Delegator['questions'];
  capacity(node: ScopeNode): Capacity;
  scope(node: ScopeNode, options?: ScopeOptions): Scope;
  readonly limits: { readonly maxDepth: number };
}

/**
 * The verbs of one scope. They are made when they are read, so that a child that never reads them costs nothing, and may be destructured.
 */
export class ScopeVerbs implements Delegator {
  readonly #scopes: Scopes;
  readonly #node: ScopeNode;

  constructor(scopes: Scopes, node: ScopeNode) {
    this.#scopes = scopes;
    this.#node = node;
  }

  get delegate(): Delegator['delegate'] { return (agent, brief, options) => this.#scopes.delegate(this.#node, agent, brief, options); }
  get get(): Delegator['get'] { return (id) => this.#scopes.get(this.#node, id); }
  get isEvicted(): Delegator['isEvicted'] { return (id) => this.#scopes.isEvicted(this.#node, id); }
  get tasks(): Delegator['tasks'] { return () => this.#scopes.tasks(this.#node); }
  get list(): Delegator['list'] { return (lines = 0) => this.tasks().map((task) => task.snapshot(lines)); }
  get unheard(): Delegator['unheard'] { return () => this.#scopes.unheard(this.#node); }
  get events(): Observable<TaskEvent> { return this.#scopes.events(this.#node); }
  get questions(): Delegator['questions'] { return this.#scopes.questions(this.#node); }
  get capacity(): Capacity { return this.#scopes.capacity(this.#node); }
  get scope(): Delegator['scope'] { return (options) => this.#scopes.scope(this.#node, options); }
  get depthLeft(): number { return this.#scopes.limits.maxDepth - this.#node.depth; }
}
