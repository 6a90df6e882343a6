// Several agents for one job, of which one result is wanted. Each is a task of its own, and those that are not needed are stopped.
//
//   slow    ──started──────────────x  lost the race to quick-…
//   quick   ──started────result|
//   race    ─────────────(result|)
import { concat, delay, map, of, timer } from 'rxjs';
import { collect, createSession, line, result, type Agent, type Session } from 'sidestream';
import { firstWhere, hedge, quorum, race } from 'sidestream/compose';

/** What has become of the tasks of a session, without what is random in their ids. */
const ends = (session: Session): string => session.list()
  .map(({ agent, status, outcome }) => `${agent} ${status}${outcome?.type === 'cancelled' ? ` (${outcome.reason})` : ''}`)
  .join(', ').replace(/-[a-z0-9]{6}\b/g, '');

async function show(what: string, agent: Agent<unknown>, goal: string): Promise<void> {
  const session = createSession();
  const found = await collect(session.delegate(agent, { goal }), { timeout: 10_000 });
  console.log(`${what.padEnd(10)} ${JSON.stringify(found)}`);
  console.log(`           ${ends(session)}`);
  const { stopped } = await session.close();
  if (!stopped) throw new Error('Something is left running.');
}

const slow: Agent = ({ goal }) => timer(5_000).pipe(map(() => `${goal}, in full`));
const quick: Agent = ({ goal }) => timer(30).pipe(map(() => `${goal}, in short`));

await show('race', race(slow, quick), 'the news');

// The second is started only where the first takes longer than 50 ms.
await show('hedge', hedge(quick, { after: 200, agents: [slow] }), 'the weather');
await show('hedge', hedge(slow, { after: 50, agents: [quick] }), 'the weather');

// Who says first what the plan should be goes on.
function rewrite() { return concat(of(line('plan: rewrite it all')), timer(5_000).pipe(map(() => result('rewritten')))); }
function mend() { return concat(of(line('plan: mend one line')).pipe(delay(30)), timer(30).pipe(map(() => result('mended')))); }
await show('firstWhere', firstWhere([rewrite, mend], (output) => output.type === 'line' && output.text.includes('one line')), 'the bug');

// Two of three have to agree.
const counters = [4, 5, 4].map((count, n) => Object.defineProperty(async () => {
  await new Promise((resolve) => { setTimeout(resolve, 20 * n); });
  return { count };
}, 'name', { value: `counter${n + 1}` }));
await show('quorum', quorum(2, [...counters, slow]), 'count the doors');
