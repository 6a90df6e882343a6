import { buffer, connect, exhaustMap, filter, map, timer, type Observable } from 'rxjs';
import type { Delegator } from '../../core/agent.js';
import { isOutcome } from '../../core/events.js';
import { completionOf, type Completion } from '../../tools/answers/completion.js';

/** Milliseconds over which endings are gathered; by then a collect that waited for one has told it. */
const BURST = 150;

/** Completions of one notification, and characters of the summary of each: it is shown to people, who want to see that and not what. */
const MOST = 50;
const TEXT = 500;

/** What has ended and nobody has heard of, burst by burst. Seeing it here is not hearing of it. */
export const endingsOf = (scope: Delegator): Observable<readonly Completion[]> => scope.events.pipe(
  filter(isOutcome),
  connect((endings) => endings.pipe(buffer(endings.pipe(exhaustMap(() => timer(BURST)))))),
  map((ended) => {
    const ids = new Set(ended.map(({ taskId }) => taskId));
    return scope.unheard().filter(({ id }) => ids.has(id)).slice(0, MOST).map((task) => completionOf(task, TEXT));
  }),
  filter((completions) => completions.length > 0),
);
