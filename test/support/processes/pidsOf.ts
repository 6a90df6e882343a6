import { bufferCount, filter, firstValueFrom, map, take } from 'rxjs';
import { lines, type Task } from '../../../src/index.js';

/** The pids that the processes of a tree say, as soon as so many have. */
export const pidsOf = (task: Task, count: number): Promise<readonly number[]> => firstValueFrom(task.events.pipe(
  lines(), filter((words) => words.startsWith('pid ')), map((words) => Number(words.slice(4))), bufferCount(count), take(1),
));
