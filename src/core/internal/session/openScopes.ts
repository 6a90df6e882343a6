import type { CloseReport, Scope, ScopeOptions } from '../../agent.js';
import { readBudget } from '../../budget.js';
import { AN_OBJECT, count, oneOf, readOptions, WORDS, type Option } from '../../check.js';
import { InvalidArgumentError } from '../../errors.js';
import type { TaskId } from '../../events.js';
import { OVERFLOW, type Limits } from '../../limits.js';
import { Place, scopeId, type ScopeNode } from '../task/scopeNode.js';
import { ScopeVerbs, type Scopes } from '../task/scopeVerbs.js';
import { sameData } from './sameData.js';

const OPTIONS: Record<keyof ScopeOptions, Option> = {
  name: [undefined, WORDS],
  maxRunning: [Infinity, count(1)],
  maxTotalRunning: [Infinity, count(1)],
  overflow: [undefined, OVERFLOW],
  budget: [undefined, AN_OBJECT],
  onFailure: [undefined, oneOf('cancel')],
};

/** How what is in a scope ends. */
export interface ScopeEnds {
  close(this: void, place: Place, reason: unknown): Promise<CloseReport>;
  cancel(this: void, place: Place, reason: unknown): readonly TaskId[];
}

/** The scopes of a session, by their ids. */
export class OpenScopes {
  /** Those that are open, and those that an earlier life of the session had, and nobody has opened yet. */
  readonly places = new Map<TaskId, Place>();
  readonly #open = new Map<TaskId, { readonly scope: Scope; readonly options: ScopeOptions }>();
  #unnamed = 0;

  constructor(private readonly owner: Scopes & { readonly limits: Limits }, private readonly ends: ScopeEnds) {}

  open(node: ScopeNode, given: ScopeOptions = {}): Scope {
    const options = readOptions('the options of scope', given, OPTIONS) as ScopeOptions;
    const { name = `scope ${++this.#unnamed}`, maxRunning, maxTotalRunning, overflow = this.owner.limits.overflow, onFailure } = options;
    const budget = readBudget(options.budget);
    const id = scopeId(node, name);
    const open = this.#open.get(id);
    if (open !== undefined) {
      if (Object.keys(given).length > 1 && !sameData(open.options, options)) {
        throw new InvalidArgumentError(`Scope ${name} is open with other options. Give its name alone, or close it first.`);
      }
      return open.scope;
    }
    const place = this.place(id, node);
    place.caps = { maxRunning: maxRunning!, maxTotalRunning: maxTotalRunning!, overflow };
    place.budget = budget;
    place.isNamed = options.name !== undefined;
    place.takesAlong = onFailure !== undefined;
    let closing: Promise<CloseReport> | undefined;
    const close = (reason: unknown = 'scope_closed'): Promise<CloseReport> => {
      if (closing !== undefined) return closing;
      this.places.delete(id);
      this.#open.delete(id);
      return closing = this.ends.close(place, reason);
    };
    const scope = Object.assign(new ScopeVerbs(this.owner, place), {
      name, close,
      cancel: (reason?: unknown) => this.ends.cancel(place, reason),
      [Symbol.asyncDispose]: async () => { await close(); },
    });
    this.#open.set(id, { scope, options });
    return scope;
  }

  /** The place with that id, made where there is none. */
  place(id: TaskId, above: ScopeNode): Place {
    let place = this.places.get(id);
    if (place === undefined) this.places.set(id, place = new Place(above, this.owner.limits, id));
    return place;
  }
}
