import type { KeptQuestion, KeptTelling } from '../core/store.js';

/** The tellings with what is left of them; one of which nothing is left goes, and one of which all is left is the same. */
export function toldOf<T extends KeptTelling>(
  tellings: readonly T[], isTask: (id: string) => boolean, isQuestion: (id: string) => boolean,
): readonly T[] {
  return tellings.flatMap((telling) => {
    const { questions: before = [], ...rest } = telling;
    const ids = telling.ids.filter(isTask);
    const questions = before.filter(isQuestion);
    if (ids.length === telling.ids.length && questions.length === before.length) return telling;
    const left = { ...rest, ids, ...(questions.length > 0 && { questions }) } as unknown as T;
    return isLeft(left) ? left : [];
  });
}

/** Whether something is left of what was told. */
export const isLeft = ({ ids, questions = [] }: KeptTelling): boolean => ids.length + questions.length > 0;

/** Whether a question of these tasks is open. */
export function openIn(tasks: readonly { readonly questions?: readonly KeptQuestion[] | undefined }[]): (id: string) => boolean {
  const all = tasks.flatMap(({ questions = [] }) => questions);
  const open = new Set(all.filter(({ how }) => how === undefined).map(({ question: { id } }) => id));
  return (id) => open.has(id);
}
