import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { NotStartedError } from '../core/errors.js';
import { marks } from './family/marks.js';
import { findProgram } from './findProgram.js';
import { inheritedDescriptors } from './inheritedDescriptors.js';
import type { Launch } from './launch.js';
import { beyondLimit } from './refusals/beyondLimit.js';
import { directoryProblem } from './refusals/directoryProblem.js';
import { notStarted } from './refusals/notStarted.js';
import { startGuarded } from './watchdog.js';

/**
 * Takes the mark `$1` on, announces itself to the watchdog, and becomes the program. Where that is refused it writes `$2`, which nobody
 * else can know: exit codes and words are no proof, a program has them too.
 */
const BECOME = `
${marks.set}
echo "+ $$" >&3
[ -z "$BASH_VERSION" ] || shopt -s execfail 2>/dev/null
trap "echo $2 >&2" EXIT
shift 2
exec "$@" 3>&-
exit $?
`;

const SHELL = '/bin/sh';
const NO_SHELL = `there is no ${SHELL}, by which programs are started here. Install a shell.`;

/**
 * Starts a program as the leader of a session and a group of its own.
 *
 * @param mark - what it and all that it starts is known by
 * @param refused - what is written to its stderr where the system does not start it
 */
export function spawnInSession(launch: Launch, mark: string, refused: string): ChildProcessWithoutNullStreams {
  if (process.platform === 'win32') {
    throw new NotStartedError('Programs are started in process groups, which Windows does not have. Run this under WSL.');
  }
  const { file, args, cwd, env } = launch;
  let nothing: number | undefined;
  let inherited: ReadonlySet<number> = new Set();
  try {
    const { problem } = findProgram(file, cwd, env['PATH']);
    if (problem !== undefined || directoryProblem(cwd) !== undefined) throw notStarted(launch, { code: problem });
    inherited = inheritedDescriptors();
    if (inherited.size > 0) nothing = openSync('/dev/null', 'r');
    // The others are left alone: among them is the one by which the system says what went wrong.
    const covered = Array.from({ length: Math.max(3, ...inherited) - 3 }, (_, n) => inherited.has(n + 4) ? nothing! : 'ignore' as const);
    const child = startGuarded((announce) => spawn(SHELL, ['-c', BECOME, 'sidestream-start', mark, refused, file, ...args], {
      cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe', announce, ...covered],
    }));
    child.on('error', () => undefined);
    // What went wrong is said a turn later, but shows at once: without a descriptor to spare there are no streams, else there is no pid.
    if ((child.stdin as Writable | null | undefined) == null) throw notStarted(launch, { code: 'EMFILE' });
    if (child.pid === undefined) {
      throw notStarted(launch, findProgram(SHELL, '/').at === undefined ? { reason: NO_SHELL } : { code: 'EAGAIN' });
    }
    return child as ChildProcessWithoutNullStreams;
  } catch (error) {
    if (error instanceof NotStartedError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EINVAL' || code === 'EBADF' ? beyondLimit(inherited) : undefined;
    throw notStarted(launch, reason === undefined ? error as NodeJS.ErrnoException : { code, reason });
  } finally {
    if (nothing !== undefined) closeSync(nothing);
  }
}
