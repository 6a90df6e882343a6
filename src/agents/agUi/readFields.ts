import { readOptions, type Kind, type Option } from '../../core/check.js';

/** Checks options by a table of what each may be, and hands them on as they are: nothing that was left out is filled in. */
export function readFields<O extends object>(name: string, options: O, fields: Readonly<Record<keyof O, Kind>>, prefix = ''): O {
  const table = Object.entries<Kind>(fields).map(([field, kind]): [string, Option] => [field, [undefined, kind]]);
  readOptions(name, options, Object.fromEntries(table) as Record<keyof O, Option>, prefix);
  return options;
}
