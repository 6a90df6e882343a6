/* A consumer whose libraries know `Symbol.dispose`: see scripts/consumers.ts. */
import { createSession } from 'sidestream';

export async function work(): Promise<void> {
  await using session = createSession();
  using task = session.delegate(() => ['a'], { goal: 'work' });
  const ends: readonly [Disposable, AsyncDisposable] = [task, session];
  ends[0][Symbol.dispose]();
}
