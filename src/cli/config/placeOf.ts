import { resolve } from 'node:path';
import { bubblewrap } from '../../processes/sandbox/bubblewrap.js';
import { docker } from '../../processes/sandbox/docker.js';
import type { Sandbox } from '../../processes/launch.js';
import type { AgentConfig } from './configSchema.js';

type ProgramConfig = Extract<AgentConfig, { readonly kind: 'acp' | 'command' }>;

interface Place {
  readonly cwd?: string;
  readonly roots?: readonly string[];
  readonly sandbox?: Sandbox;
}

/** Where a program works and what confines it; paths are relative to the config. */
export function placeOf({ cwd, roots, sandbox }: ProgramConfig, directory: string): Place {
  return {
    ...cwd === undefined ? {} : { cwd: resolve(directory, cwd) },
    ...roots === undefined ? {} : { roots: roots.map((root) => resolve(directory, root)) },
    ...sandbox === undefined ? {} : { sandbox: sandboxOf(sandbox, directory) },
  };
}

/** What stands for the directory that a task works in, be it a worktree of its own. */
const HERE = '{cwd}';

function sandboxOf(config: NonNullable<ProgramConfig['sandbox']>, directory: string): Sandbox {
  const { readable = [], writable = [], network = false, program } = config;
  const at = (cwd: string): Sandbox => {
    const within = (paths: readonly string[]): readonly string[] => paths.map((path) => path === HERE ? cwd : resolve(directory, path));
    const confinement = { readable: within(readable), writable: within(writable), network, program };
    return config.kind === 'docker' ? docker({ image: config.image, ...confinement }) : bubblewrap(confinement);
  };
  // What is wrong with it is said now.
  at(directory);
  return (launch) => at(launch.cwd)(launch);
}
