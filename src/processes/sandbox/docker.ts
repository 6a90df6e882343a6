import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, readOptions, WORDS, type Kind, type Option } from '../../core/check.js';
import { withoutSecrets } from '../../core/withoutSecrets.js';
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

/** Removes the container, and then the file in which its id was. */
const REMOVE = '"$1" rm --force "$2"; rm -rf "$3"';

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
    const mounts = mountsOf(confinement, launch.cwd, launch.env['HOME']);
    const name = `sidestream-${randomUUID()}`;
    const given = Object.keys(launch.env).filter((each) => SAME_THERE.includes(each) || !(PASSED_ON as readonly string[]).includes(each));
    // A directory of this user's own: nobody else can put a file, or a link to one, where the client writes.
    const notes = mkdtempSync(join(tmpdir(), 'sidestream-docker-'));
    const cidFile = join(notes, 'cid');
    const client = CLIENT.flatMap((each) => process.env[each] === undefined ? [] : [[each, process.env[each]] as const]);
    return {
      ...launch,
      file,
      install: 'apt-get install docker.io',
      env: { ...launch.env, ...Object.fromEntries(client) },
      after: ['/bin/sh', '-c', REMOVE, 'sidestream-docker', file, name, notes],
      refused: (exit, stderr) => isThere(cidFile) ? undefined : refused(exit, stderr),
      args: [
        'run', '--rm', '--interactive', '--init', '--name', name, '--cidfile', cidFile,
        '--network', confinement.network ? 'bridge' : 'none',
        '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges',
        ...process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.()}`],
        ...mounts.flatMap(({ path, writable }) =>
          ['--mount', ['type=bind', `source=${path}`, `target=${path}`, ...writable ? [] : ['readonly']].map(quoted).join()]),
        // Names alone: the client takes the values from its environment, and no process list shows them.
        ...given.flatMap((each) => ['--env', each]),
        '--workdir', launch.cwd, '--entrypoint', launch.file, image, ...launch.args,
      ],
    };
  };
}

/**
 * Whether there has been a container: then its program may have run, and an exit code is its own. That docker could not start it is then
 * said by the code and by stderr, which a program can say as well.
 */
function isThere(cidFile: string): boolean {
  try {
    return readFileSync(cidFile, 'latin1') !== '';
  } catch {
    return false;
  }
}

/** What docker itself says where there has been no container. */
function refused({ code }: Exit, stderr: string): string | undefined {
  if (code === null || code === 0) return undefined;
  return `docker could not make the container: ${lastLine(stderr)} Check that its engine runs, and the image.`;
}

const lastLine = (stderr: string): string => withoutSecrets(stderr).trim().split('\n').findLast((words) => !words.startsWith('See ')) ?? '';

/** A field of a mount, which docker reads as one line of CSV. */
const quoted = (field: string): string => /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
