import type { IncomingMessage } from 'node:http';

/** What may be asked for. */
export const METHODS: readonly string[] = ['POST', 'GET', 'DELETE'];

/** Headers that a page may send. The last two are of the protocol's version of 2026. */
const SENT = [
  'Authorization', 'Content-Type', 'Accept', 'Mcp-Session-Id', 'Mcp-Protocol-Version', 'Last-Event-ID', 'Mcp-Method', 'Mcp-Name',
];

/** Headers of an answer that a page may read. */
const READ = ['Mcp-Session-Id', 'WWW-Authenticate', 'Retry-After'];

/** Seconds for which a browser may remember that it may ask. */
const REMEMBERED = 600;

/** Whether a browser asks, before a page's request, whether the page may. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/** What every answer to a page bears, for its browser to show it: nothing where the page's origin is not named. */
export function crossOriginOf(origin: string | undefined, origins: readonly string[]): Readonly<Record<string, string>> {
  if (origins.length === 0) return {};
  // Also where there is no origin: what was answered to others must not be remembered for a page.
  if (origin === undefined || !origins.includes(origin)) return { vary: 'Origin' };
  return { 'vary': 'Origin', 'access-control-allow-origin': origin, 'access-control-expose-headers': READ.join(', ') };
}

/** The answer to such a question: what a page may send, and how. */
export const preflightOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> => ({
  'access-control-allow-methods': METHODS.join(', '),
  'access-control-allow-headers': SENT.join(', '),
  'access-control-max-age': `${REMEMBERED}`,
  // Browsers ask so where a page of the net wants to reach this machine.
  ...headers['access-control-request-private-network'] === 'true' ? { 'access-control-allow-private-network': 'true' } : {},
});
