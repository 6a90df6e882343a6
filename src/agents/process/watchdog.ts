import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Reads which process groups there are, and ends them when its input ends: when the process that wrote to it is gone, however it went.
 * A shell and nothing else, so that it is there within a millisecond or two and weighs nothing.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM PIPE
groups=
while read -r sign group; do
  kept=
  for each in $groups; do [ "$each" = "$group" ] || kept="$kept $each"; done
  groups=$kept
  [ "$sign" = + ] && groups="$groups $group"
done
[ -n "$groups" ] || exit 0
for each in $groups; do kill -s TERM -- "-$each"; done
sleep 0.4
for each in $groups; do kill -s KILL -- "-$each"; done
`;

const guarded = new Set<number>();
let watchdog: ChildProcess | undefined;

/**
 * Has a process group ended when this process dies, SIGKILL included, which no handler of its own could see. Answers with what takes the
 * group off the list again; the watchdog is there only while the list has something on it, and never holds this process up.
 */
export function guard(group: number): () => void {
  guarded.add(group);
  tell('+', group);
  return () => {
    if (!guarded.delete(group)) return;
    tell('-', group);
    if (guarded.size > 0) return;
    watchdog?.stdin?.end();
    watchdog = undefined;
  };
}

function tell(sign: '+' | '-', group: number): void {
  if (watchdog !== undefined) {
    watchdog.stdin?.write(`${sign} ${group}\n`);
    return;
  }
  watchdog = start();
  for (const each of guarded) watchdog.stdin?.write(`+ ${each}\n`);
}

function start(): ChildProcess {
  // In a session of its own: what is sent to this process's group or terminal does not reach it.
  const started = spawn('/bin/sh', ['-c', SCRIPT, 'sidestream-watchdog'], {
    detached: true, cwd: '/', env: { PATH: '/usr/bin:/bin' }, stdio: ['pipe', 'ignore', 'ignore'],
  });
  const lost = (): void => {
    if (watchdog !== started) return;
    watchdog = undefined;
    const [one] = guarded;
    if (one !== undefined && started.pid !== undefined) tell('+', one);
  };
  started.once('error', lost).once('exit', lost);
  started.stdin.on('error', () => undefined);
  started.unref();
  (started.stdin as unknown as { unref(): void }).unref();
  return started;
}
