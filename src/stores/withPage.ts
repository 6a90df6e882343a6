import type { KeptLog, Page } from '../core/store.js';

/** The log of a task with a page behind it. Where the page begins before the end of the log, its lines stand instead of those. */
export function withPage(log: KeptLog, { first, lines, keep }: Page): KeptLog {
  const over = Math.min(Math.max(0, log.count - first), log.lines.length);
  const all = [...log.lines.slice(0, log.lines.length - over), ...lines];
  return { ...log, lines: lastOf(all, keep), count: first + lines.length };
}

/** Two pages of a task as one. */
export function joined(page: Page, next: Page): Page {
  const { lines, count } = withPage({ lines: page.lines, count: page.first + page.lines.length, others: [], gone: 0 }, next);
  return { ...page, ...next, first: count - lines.length, lines };
}

const lastOf = <T>(all: readonly T[], keep: number): readonly T[] => (all.length > keep ? all.slice(all.length - keep) : all);
