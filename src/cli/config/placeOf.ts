import { resolve } from 'node:path';
import { bubblewrap } from '../../processes/sandbox/bubblewrap.js';
import { docker } from '../../processes/sandbox/docker.js';
import type { Sandbox } from '../../processes/launch.js';
import type { AgentConfig } from './configSchema.js';

type ProgramConfig = Extract<AgentConfig, { readonly kind: 'acp' | 'command' }>;

/** Where a program works and what confines it; paths are relative to the config. */
export function placeOf({ cwd, sandbox }: ProgramConfig, directory: string): { readonly cwd?: string; readonly sandbox?: Sandbox } {
  return {
    ...cwd === undefined ? {} : { cwd: resolve(directory, cwd) },
    ...sandbox === undefined ? {} : { sandbox: sandboxOf(sandbox, directory) },
  };
}

function sandboxOf(config: NonNullable<ProgramConfig['sandbox']>, directory: string): Sandbox {
  const { readable = [], writable = [], network = false, program } = config;
  const within = (paths: readonly string[]): readonly string[] => paths.map((path) => resolve(directory, path));
  const confinement = { readable: within(readable), writable: within(writable), network, program };
  return config.kind === 'docker' ? docker({ image: config.image, ...confinement }) : bubblewrap(confinement);
}
