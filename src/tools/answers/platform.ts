/** A module of Node, where that is there; an import of it would end the build for a browser. */
export function nodeModule<I extends 'node:fs' | 'node:path'>(id: I): ReturnType<typeof process.getBuiltinModule<I>> | undefined {
  const { process: node } = globalThis as { readonly process?: Partial<NodeJS.Process> };
  return node?.getBuiltinModule?.(id);
}
