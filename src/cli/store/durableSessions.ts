import { join, parse } from 'node:path';
import { Subscription } from 'rxjs';
import { openSession, type DurableAgent, type DurableSession } from '../../core/openSession.js';
import { sqlite } from '../../stores/sqlite/index.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';
import type { LoadedConfig } from '../config/readConfig.js';
import { limitsOf } from '../config/sessionOf.js';
import { makeOwnFolder } from './ownFolder.js';

/** The sessions of a server that survive it, by the keys of their hosts. */
export interface DurableSessions {
  /** The session of a key; it is opened when it is asked for first. */
  of(this: void, key: string): Promise<DurableSession>;
  /** Closes all: what waits, or may go on, does when they are opened again. */
  close(this: void): Promise<void>;
}

/** What a server wants to know of its stores. */
export interface StoreWatcher {
  /** What whoever runs it should know, in a sentence. */
  warn(this: void, sentence: string): void;
  /** Somebody else owns the file of a session now. */
  lost(this: void): void;
}

/**
 * The sessions of a server in their files: without a key the one that was named, and with one another beside it, such as `tasks.laptop.db`.
 * Each is a scope of its own: nobody is told of the tasks of another key, or can see them.
 */
export function durableSessions(
  file: string, config: LoadedConfig, agents: Readonly<Record<string, AgentDefinition>>, { warn, lost }: StoreWatcher,
): DurableSessions {
  const known = Object.fromEntries(Object.entries(agents).map(([name, { agent, steerable }]): [string, DurableAgent] =>
    [name, { agent, steerable, onRestart: config.agents[name]?.onRestart }]));
  const sessions = new Map<string, Promise<DurableSession>>();
  const watching = new Subscription();
  const open = async (key: string): Promise<DurableSession> => {
    await makeOwnFolder(file);
    const session = await openSession({ ...limitsOf(config), store: sqlite(fileOf(file, key)), agents: known });
    watching.add(session.warnings.subscribe({
      next: ({ code, message }) => {
        warn(message.replace(/\s*\n\s*/g, ' '));
        if (code === 'store_lost') lost();
      },
      error: () => undefined,
    }));
    return session;
  };
  return {
    of: (key) => {
      const opened = sessions.get(key) ?? open(key).catch((error: unknown) => {
        // Whoever asks again may find it free.
        sessions.delete(key);
        throw error;
      });
      sessions.set(key, opened);
      return opened;
    },
    close: async () => {
      const opened = await Promise.allSettled(sessions.values());
      const closed = await Promise.allSettled(opened.flatMap((one) => one.status === 'fulfilled' ? [one.value.close()] : []));
      watching.unsubscribe();
      for (const one of closed) if (one.status === 'rejected') throw one.reason;
    },
  };
}

/** `tasks.db` of the key laptop is `tasks.laptop.db`. */
function fileOf(file: string, key: string): string {
  const { dir, name, ext } = parse(file);
  return key === '' ? file : join(dir, `${name}.${key}${ext}`);
}
