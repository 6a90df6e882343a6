import { randomUUID } from 'node:crypto';
import { check, readOptions, WORDS, type Kind, type Option } from '../../core/check.js';
import { PASSED_ON } from '../environment.js';
import type { Exit } from '../exit.js';
import type { Sandbox } from '../launch.js';
import { CONFINEMENT, type Confinement } from './confinement.js';
import { mountsOf } from './mountsOf.js';
import { ownProgram } from './ownProgram.js';

/** Which container a program runs in, and what it can reach of this machine. */
export interface DockerOptions extends Confinement {
  /** The image; it must have the program. */
  readonly image: string;
  /** Where the client is. @defaultValue looked for among the system's programs, then on this process's own `PATH` */
  readonly program?: string | undefined;
}

const AN_IMAGE: Kind = [(value) => WORDS[0](value) && !(value as string).startsWith('-'), 'the name of an image'];
const OPTIONS: Record<keyof DockerOptions, Option> = { image: [undefined, AN_IMAGE], program: [undefined, WORDS], ...CONFINEMENT };

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
  const { image, program, ...confinement } = readOptions('the options of docker', options, OPTIONS) as DockerOptions;
  check('image', image, AN_IMAGE);
  return (launch) => {
    const file = program ?? ownProgram('docker', confinement.writable ?? []);
    const name = `sidestream-${randomUUID()}`;
    const given = Object.keys(launch.env).filter((each) => SAME_THERE.includes(each) || !(PASSED_ON as readonly string[]).includes(each));
    const client = CLIENT.flatMap((each) => process.env[each] === undefined ? [] : [[each, process.env[each]] as const]);
    return {
      ...launch,
      file,
      install: 'apt-get install docker.io',
      env: { ...launch.env, ...Object.fromEntries(client) },
      after: [file, 'rm', '--force', name],
      refused,
      args: [
        'run', '--rm', '--interactive', '--init', '--name', name, '--network', confinement.network ? 'bridge' : 'none',
        '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges',
        ...process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.()}`],
        ...mountsOf(confinement, launch.cwd, launch.env['HOME']).flatMap(({ path, writable }) =>
          ['--mount', ['type=bind', `source=${path}`, `target=${path}`, ...writable ? [] : ['readonly']].map(quoted).join()]),
        // Names alone: the client takes the values from its environment, and no process list shows them.
        ...given.flatMap((each) => ['--env', each]),
        '--workdir', launch.cwd, '--entrypoint', launch.file, image, ...launch.args,
      ],
    };
  };
}

/** What docker itself says, before anything of the program has run. */
function refused({ code }: Exit, stderr: string): string | undefined {
  if (code === 125) return `docker could not make the container: ${lastLine(stderr)} Check that its engine runs, and the image.`;
  return code === 126 || code === 127 ? `The program cannot be started in the container: ${lastLine(stderr)}` : undefined;
}

const lastLine = (stderr: string): string => stderr.trim().split('\n').findLast((words) => !words.startsWith('See ')) ?? '';

/** A field of a mount, which docker reads as one line of CSV. */
const quoted = (field: string): string => /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
