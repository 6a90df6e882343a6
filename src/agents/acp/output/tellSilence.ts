import { filter, interval, map, startWith, switchMap, take, type Observable } from 'rxjs';
import { cutText } from '../../../core/cutText.js';
import { withoutSecrets } from '../../../core/withoutSecrets.js';
import { line, type LineOutput } from '../../../core/output.js';

/** Milliseconds of silence after which it is told. */
const SILENCE = 30_000;

/** Characters of what the program wrote last. */
const MAX_WRITTEN = 300;

/** Who may fall silent. */
export interface Silent {
  readonly file: string;
  /** Whatever shows that it is there. */
  readonly heard: Observable<unknown>;
  /** Whether it works, or waits for somebody: that is no silence. */
  isBusy(this: void): boolean;
  stderrTail(this: void): string;
  /** What the program was given that must not be repeated. */
  readonly secrets: readonly string[];
}

/**
 * Tells that nothing was heard from an agent for long, once in a silence. What it does meanwhile the protocol does not say: agents try
 * again for minutes where the provider of their model answers with an error. What the program has written since is told with it.
 */
export function tellSilence({ file, heard, isBusy, stderrTail, secrets }: Silent): Observable<LineOutput> {
  const before = stderrTail();
  return heard.pipe(
    startWith(undefined),
    switchMap(() => interval(SILENCE).pipe(filter(() => !isBusy()), take(1))),
    map(() => {
      const tail = stderrTail();
      const words = withoutSecrets(tail.trim(), secrets).split('\n').slice(-2).join(' / ');
      const written = tail === before || words === '' ? '' : ` It wrote: ${cutText(words, MAX_WRITTEN).text}`;
      return line(`[nothing heard from \`${file}\` for ${SILENCE / 1_000} s: its model may be slow, or it tries again after errors of the `
        + `provider without a word. An \`idleTimeout\` ends a task that stays silent.${written}]`);
    }),
  );
}
