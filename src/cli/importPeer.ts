import { CliError } from './cliError.js';

/** Imports what needs packages that do not come with this one; where one is missing, the sentence says how they are had. */
export async function importPeer<T>(what: string, packages: readonly string[], load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' && packages.some((name) => message.includes(`'${name}'`));
    if (!isMissing) throw error;
    throw new CliError(`${what} needs ${packages.join(' and ')}, which does not come with sidestream: npm i ${packages.join(' ')}`);
  }
}
