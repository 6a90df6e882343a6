import type { Session } from '../../session.js';
import { ScopeVerbs } from '../task/scopeVerbs.js';
import { cancelAll, type SessionCore } from './sessionCore.js';

/** The verbs of a session, but how it is closed. */
export class SessionVerbs extends ScopeVerbs implements Omit<Session, 'close' | typeof Symbol.asyncDispose> {
  readonly #core: SessionCore;

  constructor(core: SessionCore) {
    super(core, core.root);
    this.#core = core;
  }

  get cancel(): Session['cancel'] { return (reason) => this.#core.endAll(this.#core.root, cancelAll(reason)); }
  get pause(): Session['pause'] { return () => { this.#core.pause(true); }; }
  get resume(): Session['resume'] { return () => { this.#core.pause(false); }; }
  get isPaused(): boolean { return this.#core.seats.isPaused; }
}
