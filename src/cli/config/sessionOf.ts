import { createSession, type Session } from '../../core/session.js';
import type { Config } from './configSchema.js';

/** Shorter values stand in too many words to be taken out of them. */
const LEAST = 6;

/** A session with the limits of a config. */
export function sessionOf({ session = {} }: Pick<Config, 'session'>): Session {
  const { redact, ...limits } = session;
  if (redact === undefined) return createSession(limits);
  const secrets = redact.map((name) => [name, process.env[name] ?? ''] as const).filter(([, value]) => value.length >= LEAST);
  return createSession({
    ...limits,
    redact: (text) => secrets.reduce((left, [name, value]) => left.replaceAll(value, `[${name}]`), text),
  });
}
