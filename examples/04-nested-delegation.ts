// A child delegates too. Its children are its own: it sees only them, and they end when it ends.
import { filter, map } from 'rxjs';
import { collect, createSession, fromAsync, type AsyncAgentContext, type Brief } from 'sidestream';

const wait = (ms: number, signal: AbortSignal) => new Promise<void>((resolve, reject) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    reject(signal.reason as Error);
  });
});

/** Counts the letters of one word, slowly. */
async function counter({ goal }: Brief, { print, signal }: AsyncAgentContext): Promise<number> {
  await wait(goal.length * 10, signal);
  print(`${goal} has ${goal.length} letters`);
  return goal.length;
}

/** Lets one child count each word of the goal, and adds up. */
async function adder({ goal }: Brief, { delegate, print, list }: AsyncAgentContext): Promise<number> {
  const tasks = goal.split(' ').map((word) => delegate(fromAsync(counter), { goal: word }));
  print(`${list().length} children at work`);
  const counts = await Promise.all(tasks.map((task) => collect(task)));
  return counts.reduce((sum, count) => sum + count, 0);
}

const session = createSession({ maxDepth: 2 });
session.events.pipe(
  filter((event) => event.type === 'line' || event.type === 'cancelled'),
  map((event) => `${event.taskId.replace(/-[^-]+$/, '').padEnd(8)} ${event.type === 'line' ? event.text : event.reason}`),
).subscribe(console.log);

console.log(`sum      ${await collect(session.delegate(fromAsync(adder), { goal: 'background agents as observables' }))}`);

// A parent that is cancelled takes its children with it.
const parent = session.delegate(fromAsync(adder), { goal: 'incomprehensibilities counterrevolutionaries' });
parent.cancel('not needed');
console.log(`status   ${session.list().slice(-3).map(({ agent, status }) => `${agent} ${status}`).join(', ')}`);
console.log(`closed   ${(await session.close()).stopped ? 'nothing is left running' : 'something is left'}`);
