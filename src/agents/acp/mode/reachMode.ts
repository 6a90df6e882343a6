import { catchError, map, of, switchMap, throwError, type Observable } from 'rxjs';
import { NotStartedError } from '../../../core/errors.js';
import { actsUnasked } from './actsUnasked.js';
import type { AcpSettings } from '../acpOptions.js';
import type { Connection } from '../connection/connect.js';
import { handshake, type Step } from '../start/handshake.js';
import type { Modes } from './modesIn.js';
import { setMode } from './setMode.js';

/** The mode that a session is in, and what is to be said of it. */
export interface Reached {
  readonly mode: string | undefined;
  readonly notice?: string;
}

/** Whether it does not matter that an agent acts without asking: it is said, or there is nothing that would be refused. */
export const mayActUnasked = ({ unattended, allow }: Pick<AcpSettings, 'unattended' | 'allow'>): boolean => unattended || allow === 'all';

/** Brings a session into the mode in which it is to be, before anything is asked of it; where that cannot be, nothing is. */
export function reachMode(
  connection: Connection, sessionId: string, modes: Modes | undefined, settings: AcpSettings, stepOf: (step: string) => Step,
): Observable<Reached> {
  const { command: file, mode: wanted } = settings;
  const isFree = mayActUnasked(settings);

  const refuse = (what: string, how: string): Observable<Reached> => isFree
    ? of({ mode: modes?.current, notice: `[its mode was not set: \`${file}\` ${what}]` })
    : throwError(() => new NotStartedError(
      `\`${file}\` ${what}. ${how}, or say \`unattended: true\` if it may act without asking, which belongs into a sandbox.`,
    ));

  const name = wanted ?? modes?.current;
  const known = modes?.all.find(({ id }) => id === name);
  if (name !== undefined && !isFree && actsUnasked(known ?? { id: name, name })) {
    const others = modes?.all.filter((each) => !actsUnasked(each)).map(({ id }) => id).join(', ') ?? '';
    return refuse(`${wanted === undefined ? 'is in' : 'would be in'} its mode \`${name}\`, in which it acts without asking`,
      others === '' ? 'Set `mode` to one in which it asks' : `Set \`mode\` to one of ${others}`);
  }
  if (wanted === undefined || wanted === modes?.current) return of({ mode: modes?.current });
  if (modes === undefined) return refuse(`has no modes, so it cannot be put into \`${wanted}\``, 'Leave `mode` out');
  if (known === undefined) {
    const all = modes.all.map(({ id }) => id).join(', ');
    return refuse(`has no mode \`${wanted}\`, only ${all}`, 'Set `mode` to one in which it asks');
  }
  return handshake(setMode(connection, sessionId, modes, wanted), stepOf('session/set_mode')).pipe(
    map((mode) => mode === wanted ? undefined : `is in its mode \`${mode}\`, although \`${wanted}\` was set`),
    catchError((error: unknown) => of((error as Error).message.replace(`\`${file}\` `, '').replace(/\.$/, ''))),
    switchMap((problem) => problem === undefined ? of({ mode: wanted }) : refuse(problem, 'Update it')),
  );
}
