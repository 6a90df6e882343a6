import { A_FUNCTION, check, count, duration, readOptions, type Kind, type Option } from '../../core/check.js';
import type { AnySchemas } from '../../tools/toolset.js';
import type { ServeOptions } from './serveOptions.js';

/** Who may connect over HTTP, and how many. */
export interface HttpOptions<S = AnySchemas> extends ServeOptions<S> {
  /** What every request must bear, `Authorization: Bearer …`: at least 16 characters, and secret. */
  readonly token: string;
  /** @defaultValue 0: a free one */
  readonly port?: number | undefined;
  /**
   * Origins that a browser's page may come from, such as `http://localhost:6274`: its requests are answered with what the browser wants to
   * see (CORS). @defaultValue none: requests of pages are refused
   */
  readonly origins?: readonly string[] | undefined;
  /**
   * Connections at one time. At one more, the one that was idle for longest is ended, and its running tasks with it; one with a request or
   * a stream open never is: then the newcomer is refused (503). @defaultValue 16
   */
  readonly maxSessions?: number | undefined;
  /** Milliseconds that a connection may have no request and no stream open, before it counts as gone. @defaultValue 1800000 */
  readonly sessionTimeout?: number | undefined;
  /** Bytes of the largest request. @defaultValue 1048576 */
  readonly maxBody?: number | undefined;
  /** Milliseconds that a request may take to arrive. @defaultValue 10000 */
  readonly bodyTimeout?: number | undefined;
}

/** Shorter ones can be guessed. */
const LEAST_TOKEN = 16;

const TOKEN: Kind = [
  (value) => typeof value === 'string' && value.length >= LEAST_TOKEN && /^[\x21-\x7e]+$/.test(value),
  `a secret of at least ${LEAST_TOKEN} visible ASCII characters`, true,
];
const PORT: Kind = [(value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 65_536, 'a port from 0 to 65535'];
/** Of the web as browsers write them, or of another scheme, such as an extension's: that has no origin for `URL`. */
const isOrigin = (each: unknown): boolean => typeof each === 'string' && URL.canParse(each)
  && (new URL(each).origin === each || (new URL(each).origin === 'null' && /^[a-z][a-z\d+.-]*:\/\/[^/?#\s]+$/.test(each)));

const ORIGINS: Kind = [(value) => Array.isArray(value) && value.every(isOrigin), 'a list of origins, such as http://localhost:6274'];

type Own = Exclude<keyof HttpOptions, keyof ServeOptions>;

const OPTIONS: Record<Own, Option> = {
  token: [undefined, TOKEN],
  port: [0, PORT],
  origins: [[], ORIGINS],
  maxSessions: [16, count(1)],
  sessionTimeout: [1_800_000, duration(1)],
  maxBody: [1_048_576, count(1)],
  bodyTimeout: [10_000, duration(1)],
};

/** The options of the transport with their defaults, and those of its connections. */
export interface HttpSettings {
  readonly http: { readonly [K in Own]-?: NonNullable<HttpOptions[K]> };
  readonly serve: ServeOptions;
}

/** Reads what `serveHttp` was called with. */
export function readHttpOptions(options: HttpOptions): HttpSettings {
  const isOwn = ([key]: readonly [string, unknown]): boolean => Object.hasOwn(OPTIONS, key);
  const entries = Object.entries(options);
  const own = Object.fromEntries(entries.filter(isOwn)) as unknown as Pick<HttpOptions, Own>;
  const http = readOptions('the options of serveHttp', own, OPTIONS) as unknown as HttpSettings['http'];
  // A token that is missing must not pass as one that was left to its default.
  check('token', http.token, TOKEN);
  const serve = Object.fromEntries(entries.filter((entry) => !isOwn(entry))) as unknown as ServeOptions;
  if (serve.session !== undefined) check('session', serve.session, A_FUNCTION);
  return { http, serve };
}
