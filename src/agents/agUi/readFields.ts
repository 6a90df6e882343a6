import { InvalidArgumentError } from '../../core/errors.js';
import { expect } from './expect.js';

/** Whether a field is what it should be, and in words what that is. */
export type Field = readonly [(value: unknown) => boolean, string];

/** Reads options by a table of what each may be; one that is not in it is refused. Left out is always right. */
export function readFields<O extends object>(name: string, options: O, fields: Readonly<Record<keyof O, Field>>, prefix = ''): O {
  expect(typeof options === 'object' && (options as unknown) !== null && !Array.isArray(options), name, 'an object', options);
  const known = Object.keys(fields);
  const unknown = Object.keys(options).find((field) => !Object.hasOwn(fields, field));
  if (unknown !== undefined) throw new InvalidArgumentError(`Unknown field \`${unknown}\` in ${name}. Expected: ${known.join(', ')}.`);
  for (const field of known as (keyof O & string)[]) {
    const [is, what] = fields[field];
    expect(options[field] === undefined || is(options[field]), prefix + field, what, options[field]);
  }
  return options;
}
