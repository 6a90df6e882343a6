import type { ObservableInput } from 'rxjs';
import { from } from 'rxjs';

/** What an Observable has said so far, as a list that grows; its end is the last word. */
export function watch<T>(source: ObservableInput<T>): (T | '|' | '#')[] {
  const seen: (T | '|' | '#')[] = [];
  from(source).subscribe({
    next: (value) => seen.push(value),
    error: () => seen.push('#'),
    complete: () => seen.push('|'),
  });
  return seen;
}
