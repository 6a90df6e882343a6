import type { CloseReport, Scope, ScopeOptions } from '../../agent.js';
import { readBudget } from '../../budget.js';
import { AN_OBJECT, count, oneOf, readOptions, WORDS, type Option } from '../../check.js';
import { InvalidArgumentError } from '../../errors.js';
import type { TaskId } from '../../events.js';
import type { KeptUsage } from '../../store.js';
import { regain } from '../limits/spent.js';
import { OVERFLOW, type Limits } from '../../limits.js';
import { isWithin, scopeId } from '../../scopeId.js';
import { sameValue } from '../../sameValue.js';
import { Place, type ScopeNode } from '../task/scopeNode.js';
import { ScopeVerbs, type Scopes } from '../task/scopeVerbs.js';

const OPTIONS: Record<keyof ScopeOptions, Option> = {
  name: [undefined, [
    (value) => WORDS[0](value) && encodeURIComponent(value as string) !== '', 'a string that is not blank, of whole characters',
  ]],
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
  /** What was spent in those of an earlier life that nobody has opened yet. */
  readonly spent = new Map<TaskId, KeptUsage>();
  readonly #open = new Map<TaskId, { readonly scope: Scope; readonly options: ScopeOptions }>();
  #unnamed = 0;

  constructor(private readonly owner: Scopes & { readonly limits: Limits }, private readonly ends: ScopeEnds) {}

  open(node: ScopeNode, given: ScopeOptions = {}): Scope {
    const options = readOptions('the options of scope', given, OPTIONS) as ScopeOptions;
    const { name, maxRunning, maxTotalRunning, overflow = this.owner.limits.overflow, onFailure } = options;
    const budget = readBudget(options.budget);
    const id = scopeId(node.id, name ?? ++this.#unnamed);
    const open = this.#open.get(id);
    if (open !== undefined) {
      if (!sameValue(given, { name }) && !sameValue(open.options, options)) {
        throw new InvalidArgumentError(`Scope ${name} is open with other options. Give its name alone, or close it first.`);
      }
      return open.scope;
    }
    const place = this.place(id, node, name !== undefined);
    if (node.task !== undefined) (node.task.scopes ??= new Set()).add(id);
    place.caps = { maxRunning: maxRunning!, maxTotalRunning: maxTotalRunning!, overflow };
    place.budget = budget;
    regain(place);
    place.takesAlong = onFailure !== undefined;
    let closing: Promise<CloseReport> | undefined;
    const close = (reason: unknown = 'scope_closed'): Promise<CloseReport> => {
      if (closing !== undefined) return closing;
      // What was open in it is closed with it.
      this.forget(id);
      return closing = this.ends.close(place, reason);
    };
    const scope = Object.assign(new ScopeVerbs(this.owner, place), {
      name: name ?? 'scope', close,
      cancel: (reason?: unknown) => this.ends.cancel(place, reason),
      [Symbol.asyncDispose]: async () => { await close(); },
    });
    this.#open.set(id, { scope, options });
    return scope;
  }

  /** Lets go of a scope, and of those in it: their names are free. */
  forget(id: TaskId): void {
    for (const known of [this.places, this.spent, this.#open]) {
      for (const each of known.keys()) if (isWithin(each, id)) known.delete(each);
    }
  }

  /** The place with that id, made where there is none. */
  place(id: TaskId, above: ScopeNode, isNamed: boolean): Place {
    let place = this.places.get(id);
    if (place === undefined) {
      this.places.set(id, place = new Place(above, this.owner.limits, id));
      regain(place, this.spent.get(id));
      this.spent.delete(id);
    }
    place.isNamed = isNamed;
    return place;
  }
}
