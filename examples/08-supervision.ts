// An agent that fails, and hangs, is started again, and what it has been told is told each time. Nothing of a failed run is the result.
//
//   run 1       ──started──failed|
//   run 2                          ──started──────(silent)──stalled|
//   run 3                                                            ──started──result|
//   supervised  ───────────────────attempt─────────────────────────attempt──(result|)
import { concat, map, merge, NEVER, of, take, throwError, timer, toArray, type Observable } from 'rxjs';
import { collect, createSession, line, result, type AgentOutput, type Brief } from 'sidestream';
import { race, supervised } from 'sidestream/compose';

let runs = 0;

/** Loses its connection at first, hangs then, and in its third run does what it is told. */
function fetcher({ goal }: Brief, steering: Observable<string>): Observable<AgentOutput> {
  runs += 1;
  if (runs === 1) return concat(of(line(`${goal}: 10 %`), result('half a file')), throwError(() => new Error('connection lost')));
  if (runs === 2) return merge(of(line(`${goal}: 20 %`)), NEVER);
  return steering.pipe(take(1), toArray(), map(([format]) => result(`${goal} as ${format}`)));
}

const plain = (id: string): string => id.replace(/-[a-z0-9]{6}\b/g, '');

const session = createSession();
const task = session.delegate(supervised(fetcher, { idleTimeout: 200, backoff: { initial: 20 } }), { goal: 'the file' });
task.events.subscribe((event) => {
  if (event.type === 'attempt') console.log(`attempt ${event.attempt}   because ${plain(event.reason)}`);
});
task.steer('text');
console.log(`result      ${await collect(task, { timeout: 10_000 })}`);
console.log(`children    ${session.list().slice(1).map(({ status }) => status).join(', ')}`);

// What keeps failing is given up, with a sentence that says why; what supervises it may be one of several.
const hopeless = Object.defineProperty((): Observable<never> => throwError(() => new Error('no such host')), 'name', { value: 'hopeless' });
const limited = supervised(hopeless, { restarts: 2, within: 5_000, backoff: { initial: 5, factor: 1 } });
await collect(session.delegate(limited, { goal: 'anything' })).catch((error: unknown) => {
  console.log(`given up    ${(error as Error).message}`);
});
const either = race(limited, () => timer(100).pipe(map(() => 'the other one')));
console.log(`either      ${await collect(session.delegate(either, { goal: 'anything' }), { timeout: 10_000 })}`);
console.log(`closed      ${(await session.close()).stopped ? 'nothing is left running' : 'something is left'}`);
