import { spawn, type ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { marks } from './family/marks.js';

/**
 * Reads which process groups there are, and ends them when its input ends: when the process that wrote to it is gone, however it went. What
 * has left them it finds by its mark, which begins with `$2`, where there is a `/proc`. A shell and nothing else, so that it is there
 * within a millisecond or two and weighs nothing.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM PIPE
begin=$2
${marks.set}
groups=
while read -r sign group; do
  kept=
  for each in $groups; do [ "$each" = "$group" ] || kept="$kept $each"; done
  groups=$kept
  [ "$sign" = + ] && groups="$groups $group"
done
[ -n "$groups" ] || exit 0
marked() {
  for each in $(grep -lsE "^Max file locks +$begin[0-9]{${marks.digits}} " /proc/[0-9]*/limits); do
    each=\${each#/proc/}
    echo "\${each%/limits}"
  done
}
send() {
  for each in $groups; do kill -s "$1" -- "-$each"; done
  for each in $(marked); do kill -s "$1" "$each"; done
}
send TERM
sleep 0.4
send STOP
send STOP
for round in 1 2 3 4 5 6 7 8 9 10; do
  send KILL
  [ -n "$(marked)" ] || exit 0
done
`;

const guarded = new Set<number>();
/** Programs that are being started. */
let starting = 0;
let watchdog: ChildProcess | undefined;

/**
 * Starts a program that announces itself to the watchdog, so that it is ended when this process dies, SIGKILL included, which no
 * handler of its own could see. The program must write `+ <its pid>` and a newline to what it is given before it does anything else: as
 * long as it has not, it holds the watchdog's input open, so that not even a death in the midst of the start leaves anything.
 *
 * The watchdog is there only while there is something to watch, and never holds this process up.
 */
export function startGuarded<C extends { readonly pid?: number | undefined }>(start: (announce: Writable) => C): C {
  watchdog ??= startWatchdog();
  starting += 1;
  try {
    const started = start(watchdog.stdin!);
    if (started.pid !== undefined) guarded.add(started.pid);
    return started;
  } finally {
    starting -= 1;
    dismiss();
  }
}

/** Takes a group off the watchdog's list. */
export function unguard(group: number): void {
  if (!guarded.delete(group)) return;
  watchdog?.stdin?.write(`- ${group}\n`);
  dismiss();
}

/** Lets the watchdog go where there is nothing to watch. */
function dismiss(): void {
  if (guarded.size > 0 || starting > 0) return;
  watchdog?.stdin?.end();
  watchdog = undefined;
}

function startWatchdog(): ChildProcess {
  // In a session of its own: what is sent to this process's group or terminal does not reach it.
  const started = spawn('/bin/sh', ['-c', SCRIPT, 'sidestream-watchdog', marks.guard(), marks.own], {
    detached: true, cwd: '/', env: { PATH: '/usr/bin:/bin' }, stdio: ['pipe', 'ignore', 'ignore'],
  });
  let trouble: unknown;
  const lost = (error: unknown): void => {
    trouble = error;
    if (watchdog !== started) return;
    watchdog = undefined;
    if (guarded.size === 0 || started.pid === undefined) return;
    watchdog = startWatchdog();
    for (const each of guarded) watchdog.stdin?.write(`+ ${each}\n`);
  };
  started.once('error', lost).once('exit', lost);
  // Without a descriptor to spare there is no pipe either; the error itself comes a turn later.
  if ((started.stdin as Writable | undefined) === undefined) {
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE', cause: trouble });
  }
  started.stdin.on('error', () => undefined);
  started.unref();
  (started.stdin as unknown as { unref(): void }).unref();
  return started;
}
