import { AN_OBJECT, type Kind } from '../core/check.js';

/** What a program usually needs of its surroundings, and what gives nothing away. */
export const PASSED_ON = [
  'PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES', 'TZ', 'TERM', 'TMPDIR',
] as const;

/**
 * Variables beyond the few that are always passed on: a value, `true` to pass on this process's own, `false` to leave it out. Name what the
 * program needs; `process.env` as a whole would hand it every secret there is.
 */
export type Environment = Readonly<Record<string, string | boolean | undefined>>;

/** What a variable beyond those may be. */
export const AN_ENVIRONMENT: Kind = [
  (given) => AN_OBJECT[0](given) && Object.entries(given as object).every(([name, value]) =>
    /^[^=\0]+$/.test(name) && (value === undefined || typeof value === 'boolean' || (typeof value === 'string' && !value.includes('\0')))),
  'an object of variables, each a string without NUL, true (pass it on) or false (leave it out)', true,
];

/** What would be a secret, going by the name of a variable or a header. */
export const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|AUTHORIZATION|COOKIE/i;

/**
 * What a program was given that its words must not repeat: the values given by name, and of those passed on what a secret is called. By the
 * line, as they may be printed, and long ones first, so that none is left in part where another is its beginning.
 */
export function secretsOf(given: Environment = {}): readonly string[] {
  const own = new Set<string>(PASSED_ON);
  const values = Object.entries(given).map(([name, value]) => {
    if (own.has(name)) return '';
    if (value === true) return SECRET_NAME.test(name) ? process.env[name] ?? '' : '';
    return typeof value === 'string' ? value : '';
  });
  return values.flatMap((value) => value.split('\n')).map((each) => each.trim()).sort((one, other) => other.length - one.length);
}

/** The environment of a child: an allow-list, so that no key of the parent's gets into a child that was not given it. */
export function environmentOf(given: Environment = {}): Record<string, string> {
  const asked: Environment = { ...Object.fromEntries(PASSED_ON.map((name) => [name, true])), ...given };
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(asked)) {
    const text = value === true ? process.env[name] : value;
    if (typeof text === 'string') passed[name] = text;
  }
  return passed;
}
