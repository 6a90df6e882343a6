import { spawnSync } from 'node:child_process';

/** Why bubblewrap cannot be used here by a user, where it cannot. */
export function bubblewrapTrouble(uid?: number): string | undefined {
  const { error, status, stderr } = spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', 'true'], {
    encoding: 'utf8', cwd: '/', ...uid === undefined || uid === process.getuid?.() ? {} : { uid, gid: uid },
  });
  return error?.message ?? (status === 0 ? undefined : stderr.trim() || `bwrap exited with ${status}`);
}
