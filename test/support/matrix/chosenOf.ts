import type { Capability } from './results.js';

/** The part of a matrix that is to be run: what `--only` names, columns and rows; all of either where it names none of them. */
export function chosenOf<S extends { readonly id: string }, C extends Capability>(
  subjects: readonly S[], capabilities: readonly C[], only: readonly string[],
): { readonly subjects: readonly S[]; readonly rows: readonly C[] } {
  const unknown = only.filter((name) => ![...subjects, ...capabilities].some(({ id }) => id === name));
  if (unknown.length > 0) {
    const known = [subjects, capabilities].map((each) => each.map(({ id }) => id).join(', '));
    throw new Error(`There is no ${unknown.join(', ')} in this matrix. Columns: ${known[0]}. Rows: ${known[1]}.`);
  }
  const named = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] => {
    const some = all.filter(({ id }) => only.includes(id));
    return some.length > 0 ? some : all;
  };
  return { subjects: named(subjects), rows: named(capabilities) };
}
