import { resolve } from 'node:path';
import type { LoadedConfig } from '../config/readConfig.js';

/** Where `sidestream init` lets a config keep its tasks, and where `sidestream tasks` looks without one. */
export const STORE = '.sidestream/tasks.db';

/**
 * The file of the store, where there is to be one. The flag comes first, and is relative to the working directory; that of the config is
 * relative to the config. An empty flag, and `false` in the config, say that there is none.
 */
export function storeOf(flag: string | undefined, { store, directory }: Pick<LoadedConfig, 'store' | 'directory'>): string | undefined {
  if (flag !== undefined) return flag.trim() === '' ? undefined : resolve(flag);
  return store === undefined || store === false ? undefined : resolve(directory, store);
}
