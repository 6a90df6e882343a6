/** The pause that a provider asks for, in milliseconds. */
export function retryAfterOf(headers: Readonly<Record<string, string>> = {}): number | undefined {
  const exact = Number.parseFloat(headers['retry-after-ms'] ?? '');
  if (exact >= 0) return exact;
  const given = headers['retry-after'];
  if (given === undefined) return undefined;
  const pause = /^\s*[\d.]+\s*$/.test(given) ? Number.parseFloat(given) * 1_000 : Date.parse(given) - Date.now();
  return pause >= 0 ? pause : undefined;
}
