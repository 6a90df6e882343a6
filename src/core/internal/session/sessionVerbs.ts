import type { TaskId } from '../../events.js';
import { ScopeVerbs } from '../task/scopeVerbs.js';
import { cancelAll, type SessionCore } from './sessionCore.js';

/** The verbs of a session, but how it is closed. */
export class SessionVerbs extends ScopeVerbs {
  readonly #core: SessionCore;

  constructor(core: SessionCore) {
    super(core, core.root);
    this.#core = core;
  }

  get cancel() { return (reason?: unknown): readonly TaskId[] => this.#core.endAll(this.#core.root, cancelAll(reason)); }
  get pause() { return (): void => { this.#core.pause(true); }; }
  get resume() { return (): void => { this.#core.pause(false); }; }
  get isPaused(): boolean { return this.#core.seats.isPaused; }
}
