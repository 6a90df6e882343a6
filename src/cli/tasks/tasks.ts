import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { KeptTask, StoreView } from '../../core/store.js';
import { sqlite } from '../../stores/sqlite/index.js';
import { CliError } from '../cliError.js';
import { checkConfig } from '../config/checkConfig.js';
import { meant } from '../config/meant.js';
import { CONFIG, readSource } from '../config/readSource.js';
import { shown } from '../shown.js';
import { STORE, storeOf } from '../store/storeOf.js';
import { jsonText } from './jsonText.js';
import { linesText } from './linesText.js';
import { listText } from './listText.js';
import { withPlaces } from './placesOf.js';
import { taskText } from './taskText.js';

/** How `sidestream tasks` was called. */
export interface TasksArguments {
  readonly config: string | undefined;
  readonly store: string | undefined;
  readonly json: boolean;
  /** Only those that have ended and that nobody has heard of. */
  readonly unheard: boolean;
  readonly limit: string | undefined;
}

const VERBS = ['list', 'show', 'lines', 'export'] as const;
type Verb = (typeof VERBS)[number];

/** Tasks of a list, where nobody says how many. */
const LIMIT = '50';

/** Ids among which one is looked for that was probably meant. */
const NEAR = 1_000;

/** Shows what a store keeps. It only looks: whoever owns the store is not in its way, and nothing is changed. */
export async function tasks(words: readonly string[], { config, store, json, unheard, limit = LIMIT }: TasksArguments): Promise<void> {
  const { verb, id } = read(words);
  if (!/^[1-9]\d{0,8}$/.test(limit)) throw new CliError(`Expected --limit to be a whole number from 1, got ${shown(limit)}.`);
  const file = await fileOf(store, config);
  if (!existsSync(file)) {
    throw new CliError(`There is no ${file}: no task was kept there yet. sidestream mcp --store FILE makes one; name another by --store.`);
  }
  if (statSync(file).isDirectory()) throw new CliError(`${file} is a directory. Name the file of a store by --store FILE.`);
  const view = await sqlite(file).view();
  try {
    console.log(textOf(view, verb, id, { json, file, unheard, limit: Number(limit) }));
  } finally {
    view.close();
  }
}

interface Wanted {
  readonly json: boolean;
  readonly file: string;
  readonly unheard: boolean;
  readonly limit: number;
}

function textOf(view: StoreView, verb: Verb, id: string, { json, file, unheard, limit }: Wanted): string {
  if (verb === 'list') {
    const list = view.list({ limit, unheard });
    const owner = view.owner();
    const total = view.count();
    return json ? jsonText({ store: file, owner, total, tasks: list.map(withPlaces) })
      : listText(list, { file, owner, total, unheard, limit, now: Date.now() });
  }
  const task = found(view, id, file);
  switch (verb) {
    case 'show': return json ? jsonText({ ...withPlaces(task), log: { count: task.log.count } }) : taskText(task, Date.now());
    case 'lines': return json ? jsonText(task.log.lines) : linesText(task.log);
    case 'export': return jsonText(withPlaces(task));
  }
}

function found(view: StoreView, id: string, file: string): KeptTask {
  const task = view.find(id);
  if (task !== undefined) return task;
  const which = meant(id, view.list({ limit: NEAR }).map((one) => one.id));
  throw new CliError(`There is no task ${shown(id)} in ${file}${which}. Those that are there: sidestream tasks list`);
}

function read([verb = 'list', id, ...rest]: readonly string[]): { readonly verb: Verb; readonly id: string } {
  const known = VERBS.find((one) => one === verb);
  if (known === undefined) throw new CliError(`Expected ${VERBS.join(', ')} after tasks, got ${shown(verb)}${meant(verb, VERBS)}.`);
  const more = known === 'list' ? [...id === undefined ? [] : [id], ...rest] : rest;
  const after = known === 'list' ? known : `${known} ID`;
  if (more.length > 0) throw new CliError(`Expected nothing after tasks ${after}, got ${more.map(shown).join(' ')}.`);
  if (known !== 'list' && id === undefined) {
    throw new CliError(`Expected the id of a task after tasks ${known}. Those that are there: sidestream tasks list`);
  }
  return { verb: known, id: id ?? '' };
}

/** The file that was named, that of the config, or the one that `sidestream init` names. What else is in the config is not looked at. */
async function fileOf(flag: string | undefined, config: string | undefined): Promise<string> {
  if (flag !== undefined) {
    if (flag.trim() === '') throw new CliError('Expected --store to be the path of a file, got nothing.');
    return resolve(flag);
  }
  if (config === undefined && !existsSync(CONFIG)) return resolve(STORE);
  const source = await readSource(config ?? CONFIG);
  const { store } = Object(checkConfig(source).value) as { readonly store?: unknown };
  const named = typeof store === 'string' || store === false ? store : STORE;
  const file = storeOf(undefined, { store: named, directory: dirname(source.path) });
  if (file === undefined) throw new CliError(`${source.path} keeps no tasks ("store": false). Name a file by --store FILE.`);
  return file;
}
