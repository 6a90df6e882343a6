import { isAbsolute, resolve } from 'node:path';
import { findProgram } from '../findProgram.js';
import { isWithin } from './isWithin.js';

/** Where a system keeps its own programs. */
const SYSTEM = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin', '/opt/homebrew/bin'];

/**
 * The sandbox's own program: one of the system, else one on this process's own `PATH`, never on the child's. What a child could have
 * written is left out: else it could plant the sandbox of the next one.
 */
export function ownProgram(name: string, writable: readonly string[]): string {
  const entries = (process.env['PATH'] ?? '').split(':').filter((entry) => isAbsolute(entry));
  const untrusted = [process.cwd(), ...writable.map((path) => resolve(path))];
  const trusted = [...SYSTEM, ...entries].filter((entry) => !untrusted.some((path) => isWithin(path, entry)));
  return findProgram(name, '/', trusted.join(':')).at ?? `/usr/bin/${name}`;
}
