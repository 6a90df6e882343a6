import { A_BOOLEAN, type Kind, type Option } from '../../core/check.js';

/** What a confined program can reach beyond the system's own programs, its working directory (to read) and a /tmp of its own. */
export interface Confinement {
  /** Directories and files that it can read and write; they must be there. @defaultValue none */
  readonly writable?: readonly string[] | undefined;
  /** Directories and files that it can read; they must be there. @defaultValue none */
  readonly readable?: readonly string[] | undefined;
  /** Whether it can open connections. @defaultValue false */
  readonly network?: boolean | undefined;
}

const PATHS: Kind = [
  (value) => Array.isArray(value) && value.every((each) => typeof each === 'string' && each.trim() !== '' && !each.includes('\0')),
  'a list of paths',
];

/** How such options are read. */
export const CONFINEMENT: Record<keyof Confinement, Option> = {
  writable: [[], PATHS],
  readable: [[], PATHS],
  network: [false, A_BOOLEAN],
};
