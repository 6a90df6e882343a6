import { InvalidArgumentError } from '../../core/errors.js';

/** The fields with the values of the variables that they name as `${NAME}`. @param path - of the fields, for a sentence */
export function expand(path: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([field, text]) => [field, text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = process.env[name];
    if (value === undefined || value === '') throw new InvalidArgumentError(`${path}.${field}: expected the variable ${name} to be set.`);
    return value;
  })]));
}
