import type { Subscription } from 'rxjs';
import type { AgentContext, Session } from '../../../src/index.js';
import type { Run, Tracked, Watcher } from './facts.js';
import type { Act, Script } from './script.js';

/** What the players of a history see of the world that they act in. */
export interface Stage {
  readonly session: Session;
  readonly watchers: Watcher[];
  readonly listenings: Subscription[];
  readonly stubborn: Subscription;
  readonly now: number;
  moment: number;
  printed: number;
  over: boolean;
  perform(act: Act, by: Tracked | undefined): void;
  later(ms: number, work: () => void): Subscription;
  sleep(ms: number | undefined, signal?: AbortSignal): Promise<void>;
  inside(work: () => void, ending?: Tracked): void;
  enter(script: Script, context: AgentContext): Run;
  hasEnded(id: string): boolean;
  byId(id: string): Tracked | undefined;
  isOver(run: Run): void;
}
