import { realpathSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { readOptions, WORDS, type Option } from '../../core/check.js';
import type { Exit } from '../exit.js';
import { findProgram } from '../findProgram.js';
import type { Launch, Sandbox } from '../launch.js';
import { CONFINEMENT, type Confinement } from './confinement.js';
import { mountsOf, type Mount } from './mountsOf.js';
import { ownProgram } from './ownProgram.js';
import { procCovers } from './procCovers.js';
import { syscallFilter } from './syscallFilter.js';

/** What a program confined by bubblewrap can reach. */
export interface BubblewrapOptions extends Confinement {
  /** Where bubblewrap is. @defaultValue looked for among the system's programs, then on this process's own `PATH` */
  readonly program?: string | undefined;
}

const OPTIONS: Record<keyof BubblewrapOptions, Option> = { ...CONFINEMENT, program: [undefined, WORDS] };

/** Where programs and libraries are. Some are links to others, and some systems lack some. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64'];

/** What programs look up under /etc, and nothing else of it: beside the certificates are the private keys. */
const ETC = [
  'alternatives', 'ca-certificates', 'crypto-policies', 'group', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime', 'mime.types',
  'nsswitch.conf', 'passwd', 'pki/ca-trust', 'pki/tls/cert.pem', 'pki/tls/certs', 'pki/tls/openssl.cnf', 'protocols', 'services',
  'ssl/cert.pem', 'ssl/certs', 'ssl/openssl.cnf',
].map((name) => `/etc/${name}`);
const ETC_NETWORK = ['/etc/hosts', '/etc/resolv.conf'];

/**
 * Confines a program by bubblewrap (Linux, Debian's package `bubblewrap`): it reads the system's programs and libraries, its working
 * directory and what is `readable`; it writes what is `writable`, and a /tmp and a home of its own that vanish with it; it sees no process
 * but its own, and without `network` no machine and no port. A socket that is a file is a file: it can be used where it is named. It leaves
 * no setuid or setgid file, makes no user namespace, and uses no keys of the kernel.
 *
 * For root it is the same: the program stays root in name, so that it can use root's files where they are named, without any capability.
 *
 * Where bubblewrap is missing, or the system does not let it work, the task fails; nothing runs outside. A program that is more than one
 * file needs its directory in `readable`, unless it is the system's.
 *
 * @throws InvalidArgumentError where an option is not what it should be
 */
export function bubblewrap(options: BubblewrapOptions = {}): Sandbox {
  const { program, ...confinement } = readOptions('the options of bubblewrap', options, OPTIONS) as BubblewrapOptions;
  const { network = false, writable = [] } = confinement;
  return (launch) => {
    const home = homeOf(launch);
    const mounts = mountsOf(confinement, launch.cwd, home, home);
    return {
      ...launch,
      file: program ?? ownProgram('bwrap', writable),
      install: 'apt-get install bubblewrap',
      env: { ...launch.env, ...launch.env['TMPDIR'] === undefined ? {} : { TMPDIR: '/tmp' } },
      // It ends with what it started, and would take that along at TERM before it can put its things in order.
      isShell: true,
      reads: syscallFilter(),
      reports: true,
      refused,
      args: [
        '--die-with-parent', '--unshare-all', ...network ? ['--share-net'] : [], '--cap-drop', 'ALL',
        '--seccomp', '4', '--json-status-fd', '5',
        ...[...SYSTEM, ...ETC, ...network ? ETC_NETWORK : []].flatMap((path) => ['--ro-bind-try', path, path]),
        '--proc', '/proc', ...procCovers(), '--dev', '/dev', '--tmpfs', '/tmp',
        ...programOf(launch).flatMap((path) => ['--ro-bind-try', path, path]),
        ...inOrder(mounts, home),
        '--remount-ro', '/', '--chdir', launch.cwd, '--', launch.file, ...launch.args,
      ],
    };
  };
}

/** The mounts, and over those that are above it an empty home, unless that is named itself. */
function inOrder(mounts: readonly Mount[], home: string | undefined): readonly string[] {
  const places = mounts.map(({ path, writable }) => ({ path, args: [writable ? '--bind' : '--ro-bind', path, path] }));
  if (home !== undefined && !mounts.some(({ path }) => path === home)) places.push({ path: home, args: ['--tmpfs', home] });
  return places.sort((one, other) => one.path.length - other.path.length).flatMap(({ args }) => args);
}

function homeOf({ env: { HOME: home } }: Launch): string | undefined {
  return home === undefined || !isAbsolute(home) || resolve(home) === '/' ? undefined : resolve(home);
}

/** The program itself, wherever it is installed: as it is called, and where links lead. */
function programOf({ file, cwd, env }: Launch): readonly string[] {
  const { at } = findProgram(file, cwd, env['PATH']);
  return at === undefined ? [] : [...new Set([at, realpathSync(at)])];
}

/** What bubblewrap says where nothing of the program has run. What has run could say the same, but then an exit code is reported. */
function refused({ code }: Exit, stderr: string, report: string): string | undefined {
  if (code === null || report.includes('"exit-code"')) return undefined;
  const said = /^bwrap: (.*)$/m.exec(stderr)?.[1] ?? `it exited with code ${code}`;
  if (said.startsWith('execvp ')) return `The program cannot be started in the sandbox: ${said}. Name what it needs in \`readable\`.`;
  const advice = /namespace|permi/i.test(said) ? 'The system must allow user namespaces for it.' : 'Check the paths that it is given.';
  return `bubblewrap could not make the sandbox: ${said}. ${advice}`;
}
