import type { SessionOptions } from '../../core/limits.js';
import { createSession, type Session } from '../../core/session.js';
import type { Config } from './configSchema.js';

/** Shorter values stand in too many words to be taken out of them. */
const LEAST = 6;

/** A session with the limits of a config. */
export const sessionOf = (config: Pick<Config, 'session'>): Session => createSession(limitsOf(config));

/** The limits of a config, as a session takes them. */
export function limitsOf({ session = {} }: Pick<Config, 'session'>): SessionOptions {
  const { redact, ...limits } = session;
  if (redact === undefined) return limits;
  const secrets = redact.map((name) => [name, process.env[name] ?? ''] as const).filter(([, value]) => value.length >= LEAST);
  return { ...limits, redact: (text) => secrets.reduce((left, [name, value]) => left.replaceAll(value, `[${name}]`), text) };
}
