import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Why a request is refused, or `undefined`. Another page may make this browser send requests here, but it cannot set the header of a
 * `POST`, nor know the token; and one that has rebound its own name to this machine gives itself away by Host.
 */
export function refusalOf({ headers, method, socket }: IncomingMessage, token: string, given: string | undefined): string | undefined {
  const host = `127.0.0.1:${socket.localPort}`;
  if (headers.host !== host) return `This is ${host}, and no other Host is served.`;
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) return 'Other pages may not ask here.';
  if (method === 'POST' && headers['content-type'] !== 'application/json') return 'Expected JSON (Content-Type: application/json).';
  const [expected, got] = [Buffer.from(token), Buffer.from(given ?? '')];
  return expected.length === got.length && timingSafeEqual(expected, got) ? undefined : 'Expected the token of the URL that was printed.';
}
