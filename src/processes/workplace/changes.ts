import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git } from './git.js';

/** What was changed in a worktree. */
export interface Changes {
  readonly files: readonly Change[];
  /** Commits that were made. */
  readonly commits: number;
  /** Whether it is on another branch or commit than it was made for. */
  readonly isElsewhere: boolean;
  /** The branch that it is on. */
  readonly branch: string | undefined;
}

interface Change {
  readonly path: string;
  /** As git says it: A, M, D, T. */
  readonly status: string;
  /** Lines; nothing of a file that has none. */
  readonly added: number | undefined;
  readonly removed: number | undefined;
}

interface Where {
  readonly top: string;
  readonly gitDir: string;
  readonly path: string;
  readonly base: string;
}

/** Files of the longest list that is told. */
const SHOWN = 50;

const DIFF = ['diff', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=dirty', '-z'];

/** Looks at what was changed since a commit, committed or not, new files included. Nothing of the worktree is changed by it. */
export async function changesOf({ top, gitDir, path, base }: Where): Promise<Changes> {
  const temporary = await mkdtemp(join(tmpdir(), 'sidestream-index-'));
  try {
    const index = join(temporary, 'index');
    await copyFile(join(gitDir, 'index'), index);
    const ask = (...args: readonly string[]): Promise<string> =>
      git([`--git-dir=${gitDir}`, `--work-tree=${path}`, ...args], { cwd: top, env: { GIT_INDEX_FILE: index } });
    await ask('add', '--intent-to-add', '--', ':/');
    const lines = fieldsOf(await ask(...DIFF, '--numstat', base)).map((field) => field.split('\t'));
    const counts = new Map(lines.map(([added, removed, ...name]) =>
      [name.join('\t'), { added: numberOf(added), removed: numberOf(removed) }]));
    const names = fieldsOf(await ask(...DIFF, '--name-status', base));
    const files = names.flatMap((status, n) => n % 2 === 1 ? [] : [{
      status, path: names[n + 1]!, added: counts.get(names[n + 1]!)?.added, removed: counts.get(names[n + 1]!)?.removed,
    }]);
    const commits = Number(await ask('rev-list', '--count', `${base}..HEAD`));
    const head = (await ask('rev-parse', 'HEAD')).trim();
    const branch = await ask('symbolic-ref', '--quiet', '--short', 'HEAD').then((said) => said.trim(), () => undefined);
    return { files, commits, branch, isElsewhere: commits === 0 && head !== base };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Whether it is as it was made, and so can be taken away. */
export const isUntouched = ({ files, commits, isElsewhere }: Changes): boolean => files.length === 0 && commits === 0 && !isElsewhere;

/** The worktree that is told of. */
interface Told {
  readonly path: string;
  /** On which it was made. */
  readonly branch: string;
  /** Whether it stays also where nothing was changed. */
  readonly stays: boolean;
}

/** What was changed, in a line, and the files below it. */
export function describeChanges({ path, branch: made, stays }: Told, changes: Changes): string {
  const { files, commits, branch } = changes;
  const on = branch === undefined ? `branch ${made} (now at a commit without a branch)` : `branch ${branch}`;
  const committed = commits === 0 ? [] : [`${commits} ${commits === 1 ? 'commit' : 'commits'}`];
  if (files.length === 0 && commits === 0) {
    return `[worktree ${path} on ${on}: nothing was changed${stays || !isUntouched(changes) ? '' : ', so it is removed'}]`;
  }
  const sum = (field: 'added' | 'removed'): number => files.reduce((all, file) => all + (file[field] ?? 0), 0);
  const stat = `${files.length} ${files.length === 1 ? 'file' : 'files'} changed, +${sum('added')} -${sum('removed')}`;
  const shown = files.slice(0, SHOWN).map(({ status, path: name, added, removed }) =>
    `${status} ${plainName(name)} (${added === undefined ? 'binary' : `+${added} -${removed}`})`);
  const more = files.length > SHOWN ? [`and ${files.length - SHOWN} more files`] : [];
  return [`[worktree ${path} on ${on}: ${[stat, ...committed].join(', ')}]`, ...shown, ...more].join('\n');
}

const fieldsOf = (said: string): readonly string[] => said.split('\0').filter((field) => field !== '');
const numberOf = (count: string | undefined): number | undefined => count === '-' ? undefined : Number(count);

/** A name may hold anything, a line's end included. */
const plainName = (name: string): string => /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(name) ? JSON.stringify(name) : name;
