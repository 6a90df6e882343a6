/** The moment of an event, where it has one and AG-UI can carry it. */
export function timeOf(event: object): { readonly timestamp?: number } {
  const timestamp = Math.round((event as { at?: number }).at ?? NaN);
  return Number.isSafeInteger(timestamp) ? { timestamp } : {};
}
