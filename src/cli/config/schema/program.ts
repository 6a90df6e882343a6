import * as z from 'zod';
import type { BubblewrapOptions } from '../../../processes/sandbox/bubblewrap.js';
import type { DockerOptions } from '../../../processes/sandbox/docker.js';
import { environment, object, strings, words } from './shapes.js';

const confinement = {
  readable: strings.optional(), writable: strings.optional(), network: z.boolean().optional(), program: words.optional(),
};

const bubblewrap = { ...confinement } satisfies Record<keyof BubblewrapOptions, z.ZodType>;
const docker = { image: words, ...confinement } satisfies Record<keyof DockerOptions, z.ZodType>;

const sandbox = z.discriminatedUnion('kind', [
  object({ kind: z.literal('bubblewrap'), ...bubblewrap }),
  object({ kind: z.literal('docker'), ...docker }),
], { error: 'expected an object with `kind`: bubblewrap or docker' });

/** What both kinds of program take. */
export const program = {
  env: environment.optional(), cwd: words.optional(), roots: strings.optional(),
  worktree: z.boolean().optional(), sandbox: sandbox.optional(),
};
