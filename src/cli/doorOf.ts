import type { HttpOptions } from '../parents/mcp/httpOptions.js';
import { CliError } from './cliError.js';
import type { Config } from './config/configSchema.js';
import { shown } from './shown.js';

/** The flags that say where to serve over HTTP, and to whom. */
export interface DoorArguments {
  readonly http: string | undefined;
  /** The name of the variable that holds the token. */
  readonly tokenEnv: string | undefined;
  readonly origins: readonly string[] | undefined;
  readonly maxSessions: string | undefined;
  readonly sessionTimeout: string | undefined;
}

/** Where to serve over HTTP, and to whom. */
export type Door = Pick<HttpOptions, 'origins' | 'maxSessions' | 'sessionTimeout' | 'maxBody' | 'bodyTimeout'> & {
  readonly port: number;
  readonly token: string;
};

/** What flags and config say of it, the flags first. @param config - that part of the config, or `'flags'` where it was not read yet */
export function doorOf(flags: DoorArguments, config: Config['http'] | 'flags'): Door | undefined {
  const { http, tokenEnv, ...others } = flags;
  const given = Object.entries({ 'token-env': tokenEnv, 'origin': others.origins, 'max-sessions': others.maxSessions,
    'session-timeout': others.sessionTimeout }).filter(([, value]) => value !== undefined);
  if (http === undefined) {
    if (given.length === 0) return undefined;
    const why = tokenEnv === undefined ? '' : ': over stdio there is no token';
    throw new CliError(`Expected --http with --${given[0]![0]}${why}.`);
  }
  const port = Number(http);
  if (!/^\d+$/.test(http) || port > 65_535) throw new CliError(`Expected --http to be a port from 0 to 65535, got ${shown(http)}.`);
  const { tokenEnv: configured, ...rest } = config === 'flags' ? {} : { ...config };
  const origins = others.origins?.map((origin) => {
    if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
    throw new CliError(`Expected --origin to be an origin, such as http://localhost:6274, got ${shown(origin)}.`);
  });
  const name = tokenEnv ?? configured;
  const door = {
    ...rest, ...origins === undefined ? {} : { origins },
    ...wholeOf('max-sessions', others.maxSessions, 'maxSessions'), ...wholeOf('session-timeout', others.sessionTimeout, 'sessionTimeout'),
    port,
  };
  if (name === undefined) {
    if (config === 'flags') return undefined;
    throw new CliError('Expected --token-env NAME with --http: the variable with the token to bear.');
  }
  const token = process.env[name] ?? '';
  if (token === '') {
    throw new CliError(`Expected --token-env to name a variable that is set, got ${shown(name)}. A token: openssl rand -hex 32`);
  }
  return { ...door, token };
}

function wholeOf(flag: string, text: string | undefined, option: 'maxSessions' | 'sessionTimeout'): object {
  if (text === undefined) return {};
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new CliError(`Expected --${flag} to be a whole number from 1, got ${shown(text)}.`);
  return { [option]: Number(text) };
}
