/** Sends a signal to every process of a group. False where there is none left. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    // Not allowed means that somebody is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
