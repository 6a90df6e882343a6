import { concatMap, defer, filter, finalize, from, map, of, race, take, tap, timer, type Observable } from 'rxjs';
import type { Connection } from '../connection/connect.js';
import { modeOfUpdate, modesIn, type Modes } from './modesIn.js';

/** Milliseconds for an agent to tell which mode it is in, where the answer to setting it does not say so; most tell it before. */
const TELL = 150;

/** Sets the mode of a session; emits the mode that the agent reports afterwards. Errors with what it refuses it for. */
export function setMode(connection: Connection, sessionId: string, { configId }: Modes, mode: string): Observable<string> {
  return defer(() => {
    if (configId !== undefined) {
      return from(connection.request('session/set_config_option', { sessionId, configId, value: mode }).answer).pipe(
        map((answer) => modesIn(answer)?.current ?? mode),
      );
    }
    let told: string | undefined;
    const reports = connection.updates.pipe(
      filter((each) => each.sessionId === sessionId),
      map(({ update }) => modeOfUpdate(update)),
      filter((each) => each !== undefined),
      tap((each) => { told = each; }),
    );
    const hearing = reports.subscribe();
    return from(connection.request('session/set_mode', { sessionId, modeId: mode }).answer).pipe(
      // It is set, as its answer says; a report to the contrary is believed.
      concatMap(() => told !== undefined ? of(told) : race(reports.pipe(take(1)), timer(TELL).pipe(map(() => mode)))),
      finalize(() => { hearing.unsubscribe(); }),
    );
  });
}
