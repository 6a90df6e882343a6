/** What Node rejects with. Root may read everything, so for its sake the tests have to say "permission denied" themselves. */
export function errno(code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(`${code}: of the test`), { code }));
}
