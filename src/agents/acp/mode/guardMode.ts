import type { SessionUpdate } from '@agentclientprotocol/sdk';
import { catchError, concatMap, EMPTY, filter, map, of, throwError, type Observable } from 'rxjs';
import { line, type LineOutput } from '../../../core/output.js';
import { AcpError } from '../acpError.js';
import type { AcpSettings } from '../acpOptions.js';
import { actsUnasked } from './actsUnasked.js';
import type { Connection } from '../connection/connect.js';
import { describeRefusal } from '../connection/describeRefusal.js';
import { modeOfUpdate, type Modes } from './modesIn.js';
import { mayActUnasked } from './reachMode.js';
import { setMode } from './setMode.js';

/** How often a mode is set back in one task. */
const MAX_TIMES = 3;

/** A session whose mode is watched. */
export interface Guarded {
  readonly connection: Connection;
  readonly sessionId: string;
  readonly modes: Modes;
  readonly settings: AcpSettings;
  readonly updates: Observable<SessionUpdate>;
  /** Whether somebody has given the agent leave for more than one time, which agents make another mode of. */
  hasLeave(this: void): boolean;
}

/**
 * Tells of a mode to which an agent changes by itself, and sets back one in which it may do what it was not given leave for. Errors where
 * that cannot be.
 */
export function guardMode({ connection, sessionId, modes, settings, updates, hasLeave }: Guarded): Observable<LineOutput> {
  const home = settings.mode ?? modes.current;
  let mode = modes.current;
  let times = 0;

  const isHarmless = (id: string): boolean => mayActUnasked(settings) || hasLeave()
    || (settings.mode === undefined && !actsUnasked(modes.all.find((each) => each.id === id) ?? { id, name: id }));

  return updates.pipe(
    map(modeOfUpdate),
    filter((each) => each !== undefined),
    concatMap((now) => {
      const what = `went from mode ${mode} to ${now} by itself`;
      if (now === mode) return EMPTY;
      mode = now;
      if (now === home) return EMPTY;
      if (isHarmless(now)) return of(line(`[the agent ${what}]`));
      const fail = (why: string): Observable<never> => throwError(() => new AcpError(
        `\`${settings.command}\` ${what}, ${why}. Look into its configuration, or say \`unattended: true\` if it may act without asking.`,
      ));
      times += 1;
      if (times > MAX_TIMES) return fail('again and again');
      return setMode(connection, sessionId, modes, home).pipe(
        catchError((error: unknown) => fail(`and could not be set back: ${describeRefusal(error, connection.secrets)}`)),
        concatMap((reached) => {
          if (reached !== home) return fail('and stays in it when it is set back');
          mode = home;
          return of(line(`[the agent ${what}; it was set back]`));
        }),
      );
    }),
  );
}
