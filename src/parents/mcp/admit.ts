import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HttpSettings } from './httpOptions.js';
import type { Refusal } from './refusal.js';

/** Where the server is. */
const PATH = '/mcp';
const METHODS = ['POST', 'GET', 'DELETE'];

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Looks at the head of a request, before anything of its body is read: whether it is meant for a server on this machine (a page that has
 * rebound its own name to 127.0.0.1 gives itself away by Host and Origin), and bears the token.
 */
export function admit({ token, origins }: HttpSettings['http']): (request: IncomingMessage) => Refusal | undefined {
  const expected = digest(token);
  return ({ headers, method = '', url = '', socket }) => {
    const port = socket.localPort ?? 0;
    const hosts = ['127.0.0.1', 'localhost', '[::1]'].flatMap((name) => port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]);
    if (!hosts.includes(headers.host?.toLowerCase() ?? '')) {
      return { status: 403, message: `This server is ${hosts[0]}, and no other Host is served.` };
    }
    if (headers.origin !== undefined && !origins.includes(headers.origin)) {
      return { status: 403, message: 'Requests of web pages are refused, unless their Origin is among `origins`.' };
    }
    // By digests, which are of one length: how long a wrong token takes tells nothing of the right one.
    const [, given = ''] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
    if (!timingSafeEqual(digest(given), expected)) {
      const challenge = given === '' ? 'Bearer' : 'Bearer error="invalid_token"';
      return { status: 401, message: 'Send the token: `Authorization: Bearer …`.', headers: { 'www-authenticate': challenge } };
    }
    if (url.split('?', 1)[0] !== PATH) return { status: 404, message: `There is nothing here but ${PATH}.` };
    if (!METHODS.includes(method)) {
      return { status: 405, message: `Expected ${METHODS.join(', ')}, got ${method}.`, headers: { allow: METHODS.join(', ') } };
    }
    return undefined;
  };
}
