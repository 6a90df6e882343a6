import { join } from 'node:path';
import { diskFiles, type Files } from './files.js';
import { countSkipped, type SkipReason, type Skipped } from './skipped.js';
import { unquotable } from './unquotable.js';

/** What a walk found. */
export interface FileList {
  /** Paths relative to the root, with `/`: the root's own files first, then those one folder down, and so on. */
  readonly paths: readonly string[];
  readonly skipped: Skipped;
  /** Whether the walk stopped at its limit: then there is more in the directory than `paths` names. */
  readonly cut: boolean;
}

export interface ListOptions {
  /** @defaultValue 20 000 */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly files?: Files;
}

/** Folders that hold no text of the user's own: history, what a package manager put there, caches. */
const leftOut = new Set(['.git', '.hg', '.svn', 'node_modules', '__pycache__']);

/** What makes a folder a project, and what is built in one: the same text as its sources, only worse to read. */
const manifests = new Set(['package.json', 'Cargo.toml', 'pyproject.toml', 'setup.py', 'pom.xml', 'build.gradle', 'CMakeLists.txt']);
const built = new Set(['dist', 'build', 'out', 'target', 'coverage', 'venv', '.venv']);

/** Lists what machines write for machines: true text, but every question would drown in it. */
const generated = /^(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|poetry\.lock)$|\.min\.\w+$|\.map$/;

/**
 * Lists the files below a directory, always in the same order.
 *
 * Nearest to the root first, because that is where people put what matters, and because the limit then leaves out
 * the deepest files and not those that come late in the alphabet. Symbolic links are counted, not followed: so
 * there are no loops, and no file is read twice or from outside.
 */
export async function listFiles(root: string, options: ListOptions = {}): Promise<FileList> {
  const { limit = 20_000, signal, files = diskFiles } = options;
  const paths: string[] = [];
  const skipped = new Map<SkipReason, number>();
  let folders = [''];
  let seen = 0;

  while (folders.length > 0) {
    const below: string[] = [];
    for (const folder of folders) {
      signal?.throwIfAborted();
      const entries = await files.list(join(root, folder)).catch(() => undefined);
      if (entries === undefined) {
        countSkipped(skipped, 'unreadable directory');
        continue;
      }
      const isProject = entries.some(({ name }) => manifests.has(name));
      // By code unit, not by locale: the same directory gives the same report on every machine.
      for (const { name, kind } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
        // Ten times the limit: also a tree of nothing but folders and links comes to an end.
        if (paths.length >= limit || ++seen > limit * 10) return { paths, skipped, cut: true };
        const path = folder === '' ? name : `${folder}/${name}`;
        if (kind === 'link') countSkipped(skipped, 'symbolic link');
        else if (kind === 'other') countSkipped(skipped, 'special file');
        else if (unquotable.test(name)) countSkipped(skipped, 'odd name');
        else if (kind === 'directory' && (leftOut.has(name) || (isProject && built.has(name)))) countSkipped(skipped, 'left out directory');
        else if (kind === 'directory') below.push(path);
        else if (generated.test(name)) countSkipped(skipped, 'minified or generated');
        else paths.push(path);
      }
    }
    folders = below;
  }
  return { paths, skipped, cut: false };
}
