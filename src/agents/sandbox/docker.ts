import { randomUUID } from 'node:crypto';
import { check, readOptions, WORDS, type Option } from '../../core/check.js';
import { PASSED_ON } from '../process/environment.js';
import type { Sandbox } from '../process/launch.js';
import { CONFINEMENT, type Confinement } from './confinement.js';
import { mountsOf } from './mountsOf.js';

/** Which container a program runs in, and what it can reach of this machine. */
export interface DockerOptions extends Confinement {
  /** The image; it must have the program. */
  readonly image: string;
}

const OPTIONS: Record<keyof DockerOptions, Option> = { image: [undefined, WORDS], ...CONFINEMENT };

/** What tells the client where its engine is. */
const CLIENT = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY'];

/** Of what a program is usually given, what means something in another file system too. */
const SAME_THERE = ['LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES', 'TZ', 'TERM'];

/**
 * Confines a program by a container of its own: the file system is the image's, read-only, with a /tmp of its own; of this machine it sees
 * its working directory (to read), what is `readable` and what is `writable`, each where it is here. It has no capabilities and, without
 * `network`, no connection. The container is removed with the task, also where this process dies.
 *
 * Where docker is missing, or its engine does not run, the task fails; nothing runs outside.
 *
 * @throws InvalidArgumentError where an option is not what it should be
 */
export function docker(options: DockerOptions): Sandbox {
  const { image, ...confinement } = readOptions('the options of docker', options, OPTIONS) as Required<DockerOptions>;
  check('image', image, WORDS);
  return (launch) => {
    const name = `sidestream-${randomUUID()}`;
    const given = Object.keys(launch.env).filter((each) => SAME_THERE.includes(each) || !(PASSED_ON as readonly string[]).includes(each));
    const client = CLIENT.flatMap((each) => process.env[each] === undefined ? [] : [[each, process.env[each]] as const]);
    return {
      ...launch,
      file: 'docker',
      install: 'apt-get install docker.io',
      env: { ...launch.env, ...Object.fromEntries(client) },
      after: ['docker', 'rm', '--force', name],
      args: [
        'run', '--rm', '--interactive', '--init', '--name', name, '--network', confinement.network ? 'bridge' : 'none',
        '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges',
        ...process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.()}`],
        ...mountsOf(confinement, launch.cwd).flatMap(({ path, writable }) =>
          ['--mount', ['type=bind', `source=${path}`, `target=${path}`, ...writable ? [] : ['readonly']].map(quoted).join()]),
        // Names alone: the client takes the values from its environment, and no process list shows them.
        ...given.flatMap((each) => ['--env', each]),
        '--workdir', launch.cwd, image, launch.file, ...launch.args,
      ],
    };
  };
}

/** A field of a mount, which docker reads as one line of CSV. */
const quoted = (field: string): string => /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
