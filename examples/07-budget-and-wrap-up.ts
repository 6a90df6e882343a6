// Two readers spend from one budget. Near its end they are told; the one that listens comes to an end, and of the deaf one what it has is
// kept. A slow one is told before its deadline, and a pause that a provider asks for costs a task none of its time.
//
//   budget    ├──────────────────────────80 %──────────100 %
//   listens   ──page──page──────────────(told)─result|
//   deaf      ──page──page──page──page────────────page──(budget_exceeded, with what it has)
//   paused    ──────│waiting: no deadline runs│──result|
import { concatMap, firstValueFrom, map, mergeMap, of, range, takeUntil, timer, type Observable } from 'rxjs';
import { createSession, result, usage, type Agent, type AgentOutput, type Task } from 'sidestream';

const PAGE = usage({ inputTokens: 90, outputTokens: 10, costUsd: 0.01 });

/** Reads page after page, ten milliseconds and a hundred tokens each. */
const pages = (most: number): Observable<AgentOutput> => range(1, most).pipe(
  concatMap((page) => timer(10).pipe(mergeMap(() => of<AgentOutput[]>(result(`read to page ${page}`), PAGE)))),
);
/** Reads on whatever it is told. */
const deaf: Agent = () => pages(100);
/** Stops reading when somebody tells it to. */
const listens: Agent = (_brief, steering) => pages(100).pipe(takeUntil(steering));
/** Waits for somebody else, longer than its deadline. */
const paused: Agent = (_brief, _steering, { waitFor }) => {
  const why = { reason: 'the provider asks for a pause', until: Date.now() + 300 };
  return waitFor(why, timer(300)).pipe(map(() => result('answered after the pause')));
};

/** How a task ends, in words. */
async function endOf(task: Task): Promise<string> {
  await firstValueFrom(task.ended);
  const { outcome } = task;
  return outcome?.type === 'completed' ? `completed: ${String(outcome.result)}`
    : outcome?.type === 'failed' ? `${outcome.error.code}: ${String(outcome.partial)}` : 'cancelled';
}

const session = createSession();
const reading = session.scope({ name: 'reading', budget: { tokens: 1_000 } });
const one = reading.delegate(deaf, { goal: 'read' }, { steerable: false });
const other = reading.delegate(listens, { goal: 'read' });
one.events.subscribe((event) => {
  if (event.type === 'warning') console.log(`warned    ${event.message}`);
});
console.log(`deaf      ${await endOf(one)}`);
console.log(`listens   ${await endOf(other)}`);
const used = [one, other].map((task) => task.snapshot().usage!);
console.log(`spent     ${used.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0)} tokens of 1000`);
try {
  reading.delegate(deaf, { goal: 'read on' });
} catch (error) {
  console.log(`refused   ${(error as Error).message}`);
}

const wrapUp = { before: 120, message: 'Answer with what you have.' };
const slow = session.delegate(listens, { goal: 'read' }, { deadline: 200, wrapUp });
const patient = session.delegate(paused, { goal: 'ask' }, { deadline: 100 });
console.log(`paused    ${patient.status}, waiting: ${patient.snapshot().waitingFor?.reason}`);
console.log(`slow      ${(await endOf(slow)).replace(/\d+$/, 'n')}`);
console.log(`paused    ${await endOf(patient)}`);
console.log(`closed    ${(await session.close()).stopped ? 'nothing is left running' : 'something is left'}`);
