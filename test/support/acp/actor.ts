import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { acp, type AcpAgent, type AcpOptions } from '../../../src/agents/acp/index.js';

/** One thing that the acting agent does in a turn; see `agent.mjs`. */
export type Order = Readonly<Record<string, unknown>>;

/** What the acting agent is like, and what it does in its turns; the last one is repeated. */
export interface Script {
  readonly turns?: readonly (readonly Order[])[];
  /** What becomes of a prompt that comes while a turn is running. */
  readonly mode?: 'steers' | 'early' | 'never' | 'queues' | 'cancelsFirst' | 'refuses';
  readonly ignoreCancel?: boolean;
  /** Milliseconds before its model is asked: a prompt that is cancelled by then is dropped, or kept where `drops` is false. */
  readonly latency?: number;
  readonly drops?: false;
  /** Takes a turn that is cancelled out of its memory. */
  readonly forgets?: boolean;
  readonly ignoreTerm?: boolean;
  readonly exitAtOnce?: number;
  readonly never?: string;
  readonly version?: number;
  /** The version of the agent itself. */
  readonly agentVersion?: string;
  /** Its session modes, the first of which it begins in. */
  readonly modes?: {
    readonly ids: readonly string[];
    /** By what it offers them. @defaultValue 'modes' */
    readonly by?: 'modes' | 'config' | 'both';
    /** Answers that a mode is set, and stays in the one before. */
    readonly stuck?: boolean;
    readonly refuses?: boolean;
    /** Whether it tells of a mode that was set by an update. */
    readonly tells?: boolean;
  };
  readonly load?: boolean;
  /** `'missing'`: announced, and not there. */
  readonly resume?: boolean | 'missing';
  readonly replayLate?: boolean;
  readonly auth?: readonly unknown[];
  /** Ways to log in of which it needs none to open a session. */
  readonly lateAuth?: readonly unknown[];
  /** A file that sessions are stored in. */
  readonly store?: string;
  /** A file that it notes in what it is told. */
  readonly journal?: string;
}

export const ACTOR = fileURLToPath(new URL('./agent.mjs', import.meta.url));

/** An agent that acts out a script, in a process of its own. */
export const actor = (script: Script, options: Partial<AcpOptions> = {}): AcpAgent =>
  acp({ command: process.execPath, args: [ACTOR, JSON.stringify(script)], ...options });

/** What an acting agent has noted so far. */
export const journalOf = async (file: string): Promise<readonly string[]> =>
  (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((each) => each !== '');
