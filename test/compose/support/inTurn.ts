/** Answers with one after the other. */
export function inTurn<T>(...answers: readonly T[]): () => T {
  let turn = 0;
  return () => answers[turn++]!;
}
