import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { readOptions } from '../../core/check.js';
import type { Launch, Sandbox } from '../process/launch.js';
import { CONFINEMENT, type Confinement } from './confinement.js';
import { mountsOf } from './mountsOf.js';

/** Where programs and libraries are. Some are links to others, and some systems lack some. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64'];

/** What programs look up under /etc, and nothing else of it. */
const ETC = [
  'alternatives', 'ca-certificates', 'group', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime', 'mime.types', 'nsswitch.conf',
  'passwd', 'pki', 'protocols', 'services', 'ssl',
].map((name) => `/etc/${name}`);
const ETC_NETWORK = ['/etc/hosts', '/etc/resolv.conf'];

/**
 * Confines a program by bubblewrap (Linux, Debian's package `bubblewrap`): it reads the system's programs and libraries, its working
 * directory and what is `readable`; it writes what is `writable`, and a /tmp and a home of its own that vanish with it; it sees no process
 * but its own, and without `network` no other machine and no service of this one.
 *
 * Where bubblewrap is missing, or the system does not let it work, the task fails; nothing runs outside.
 *
 * @throws InvalidArgumentError where an option is not what it should be
 */
export function bubblewrap(options: Confinement = {}): Sandbox {
  const confinement = readOptions('the options of bubblewrap', options, CONFINEMENT) as Required<Confinement>;
  return (launch) => ({
    ...launch,
    file: 'bwrap',
    install: 'apt-get install bubblewrap',
    args: [
      '--die-with-parent', '--unshare-all', ...confinement.network ? ['--share-net'] : [], '--cap-drop', 'ALL',
      ...[...SYSTEM, ...ETC, ...confinement.network ? ETC_NETWORK : []].flatMap((path) => ['--ro-bind-try', path, path]),
      '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', ...homeOf(launch),
      ...programOf(launch).flatMap((path) => ['--ro-bind-try', path, path]),
      ...mountsOf(confinement, launch.cwd).flatMap(({ path, writable }) => [writable ? '--bind' : '--ro-bind', path, path]),
      '--remount-ro', '/', '--chdir', launch.cwd, '--', launch.file, ...launch.args,
    ],
  });
}

const homeOf = ({ env: { HOME: home } }: Launch): readonly string[] =>
  home === undefined || !isAbsolute(home) || resolve(home) === '/' ? [] : ['--tmpfs', home];

/** The program itself, wherever it is installed: as it is called, and where links lead. */
function programOf({ file, cwd, env }: Launch): readonly string[] {
  const places = file.includes('/') ? [resolve(cwd, file)] : (env['PATH'] ?? '').split(delimiter).map((path) => join(path, file));
  for (const place of places) {
    try {
      accessSync(place, constants.X_OK);
      return [...new Set([place, realpathSync(place)])];
    } catch {
      // Not here.
    }
  }
  return [];
}
