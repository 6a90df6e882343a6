import type { IncomingMessage } from 'node:http';
import type { HttpSettings } from '../httpOptions.js';
import type { Refusal } from './refusal.js';

/** A request's JSON, or why it is refused. */
export type Body = { readonly json: unknown } | { readonly refusal: Refusal };

/** Reads a body of JSON that may be only so large, and take only so long to arrive as a whole. */
export async function readBody(request: IncomingMessage, { maxBody, bodyTimeout }: HttpSettings['http']): Promise<Body> {
  const tooLarge: Body = { refusal: { status: 413, message: `Expected at most ${maxBody} bytes.` } };
  if (Number(request.headers['content-length'] ?? 0) > maxBody) return tooLarge;
  const read = await receive(request, maxBody, bodyTimeout);
  if (read === 'too large') return tooLarge;
  if (read === 'too slow') return { refusal: { status: 408, message: `Expected the request within ${bodyTimeout} ms.` } };
  try {
    return { json: JSON.parse(read) as unknown };
  } catch {
    return { refusal: { status: 400, message: 'Expected JSON.' } };
  }
}

function receive(request: IncomingMessage, maxBody: number, bodyTimeout: number): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (text: string): void => {
      clearTimeout(timer);
      request.off('data', take).off('end', whole).off('close', cut).pause();
      resolve(text);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBody) end('too large');
      else chunks.push(chunk);
    };
    const whole = (): void => { end(Buffer.concat(chunks).toString('utf8')); };
    const cut = (): void => { end(''); };
    const timer = setTimeout(() => { end('too slow'); }, bodyTimeout);
    request.on('data', take).once('end', whole).once('close', cut).on('error', () => undefined);
  });
}
