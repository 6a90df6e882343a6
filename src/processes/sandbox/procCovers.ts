import { lstatSync, readdirSync } from 'node:fs';

/** What everybody may read there, though it tells of others: the keys of the whole machine. */
const TELLS = ['keys', 'key-users'];

let covers: readonly string[] | undefined;

/**
 * What lies over a /proc of a program's own. Its processes are its own there, and all the rest is the machine's: settings that root can
 * write without any right but being root. So that rest can only be read, and what not everybody may read cannot be opened.
 */
export function procCovers(): readonly string[] {
  return covers ??= readdirSync('/proc').filter((name) => !/^\d+$/.test(name)).sort().flatMap((name) => {
    const path = `/proc/${name}`;
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined || entry.isSymbolicLink()) return [];
    const isOpen = (entry.mode & 0o004) !== 0 && !TELLS.includes(name);
    if (entry.isDirectory()) return isOpen ? ['--ro-bind-try', path, path] : ['--tmpfs', path, '--remount-ro', path];
    // A device that is shown where there are no devices cannot be opened.
    if (!isOpen) return ['--ro-bind', '/dev/null', path];
    return (entry.mode & 0o222) === 0 ? [] : ['--ro-bind-try', path, path];
  });
}
