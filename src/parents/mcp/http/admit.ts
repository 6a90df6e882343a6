import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { crossOriginOf, isPreflight, METHODS, preflightOf } from './crossOrigin.js';
import type { HttpSettings } from '../httpOptions.js';
import type { Refusal } from './refusal.js';

/** Where the server is. */
const PATH = '/mcp';

/** What becomes of a request, as far as its head says. `headers` go with every answer to it. */
export interface Admission {
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal?: Refusal;
  /** It is a browser's question whether a page may ask, and this the answer. */
  readonly preflight?: Readonly<Record<string, string>>;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Looks at the head of a request, before anything of its body is read: whether it is meant for a server on this machine (a page that has
 * rebound its own name to 127.0.0.1 gives itself away by Host and Origin), and bears the token. Only a browser's question whether it may
 * ask needs none: it cannot bear one.
 */
export function admit({ token, origins }: HttpSettings['http']): (request: IncomingMessage) => Admission {
  const expected = digest(token);
  return (request) => {
    const { headers, method = '', url = '', socket } = request;
    const port = socket.localPort ?? 0;
    const hosts = ['127.0.0.1', 'localhost', '[::1]'].flatMap((name) => port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]);
    const crossOrigin = crossOriginOf(headers.origin, origins);
    const refuse = (status: number, message: string, more: Refusal['headers'] = {}): Admission =>
      ({ headers: crossOrigin, refusal: { status, message, headers: more } });

    if (!hosts.includes(headers.host?.toLowerCase() ?? '')) return refuse(403, `This server is ${hosts[0]}, and no other Host is served.`);
    // Where Host is right, an origin of the same name is this server itself, and whoever rebinds a name has that one for an origin.
    if (headers.origin !== undefined && !origins.includes(headers.origin) && !hosts.some((host) => headers.origin === `http://${host}`)) {
      return refuse(403, 'Requests of web pages are refused, unless their Origin is among `origins`.');
    }
    const isHere = url.split('?', 1)[0] === PATH;
    if (isHere && headers.origin !== undefined && isPreflight(request)) {
      return { headers: crossOrigin, preflight: preflightOf(request) };
    }
    // By digests, which are of one length: how long a wrong token takes tells nothing of the right one.
    const [, given = ''] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
    if (!timingSafeEqual(digest(given), expected)) {
      const challenge = given === '' ? 'Bearer' : 'Bearer error="invalid_token"';
      return refuse(401, 'Send the token: `Authorization: Bearer …`.', { 'www-authenticate': challenge });
    }
    if (!isHere) return refuse(404, `There is nothing here but ${PATH}.`);
    if (!METHODS.includes(method)) return refuse(405, `Expected ${METHODS.join(', ')}, got ${method}.`, { allow: METHODS.join(', ') });
    return { headers: crossOrigin };
  };
}
