/**
 * Runs the specs of the sandboxes with bubblewrap, which it installs where it can: `npm run test:sandbox`. Where bubblewrap cannot be had,
 * or the system does not let it work, it says that it skips, and why.
 */
import { spawnSync } from 'node:child_process';

const attempt = (file: string, ...args: readonly string[]): string | undefined => {
  const { error, status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  return error?.message ?? (status === 0 ? undefined : stderr.trim() || `${file} exited with ${status}`);
};
const bubblewrap = (): string | undefined => attempt('bwrap', '--unshare-all', '--ro-bind', '/', '/', 'true');

let trouble = bubblewrap();
if (trouble?.includes('ENOENT') === true) {
  console.log('bubblewrap is not here; installing it: apt-get install bubblewrap');
  trouble = attempt('apt-get', 'update') ?? attempt('apt-get', 'install', '--yes', '--no-install-recommends', 'bubblewrap') ?? bubblewrap();
}
if (trouble === undefined) {
  const { status } = spawnSync('npm', ['run', '--silent', 'specs', '--', 'test/processes/sandbox'], {
    stdio: 'inherit', env: { ...process.env, SIDESTREAM_REQUIRE_SANDBOX: '1' },
  });
  process.exitCode = status ?? 1;
} else {
  console.log(`Skipped: bubblewrap cannot be used here, so no sandbox was tried. ${trouble}`);
}
