import { CliError } from './cliError.js';

/** Why nothing can be served at a port of this machine, where that is what an error says. */
export function portProblem(port: number, error: unknown): CliError | undefined {
  switch ((Object(error) as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE': return new CliError(
      `Port ${port} of 127.0.0.1 is taken. End what serves there, or give another port (--http 0 takes a free one).`,
    );
    case 'EACCES': return new CliError(
      `Port ${port} may not be served by this user. Give one from 1024 (--http 0 takes a free one).`,
    );
    case 'EADDRNOTAVAIL': case 'EAFNOSUPPORT': return new CliError(
      'The address 127.0.0.1 is not there, so nothing can be served over HTTP. Bring the loopback up (ip link set lo up), '
        + 'or serve over stdio.',
    );
    default: return undefined;
  }
}
