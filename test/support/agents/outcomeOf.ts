import { firstValueFrom } from 'rxjs';
import { collect, type Task } from '../../../src/index.js';

/** How a task has ended: its result, or why there is none, and all that it printed. */
export interface Ending {
  readonly status: string;
  readonly summary: string;
  readonly printed: string;
}

/** Waits for the end of a task. */
export async function outcomeOf(task: Task): Promise<Ending> {
  const summary = await collect(task).then(String, (error: unknown) => error instanceof Error ? error.message : String(error));
  await firstValueFrom(task.stopped);
  return { status: task.snapshot().status, summary, printed: task.snapshot(200).preview.join('\n') };
}
