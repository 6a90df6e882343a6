/** As much of stderr as helps and can be read, to be put behind a sentence. */
export function tailOf(stderr: string): string {
  const tail = stderr.trim().split('\n').slice(-8).join('\n').slice(-1_500);
  return tail === '' ? '' : ` It wrote: ${tail}`;
}
