/* Read by the compiler only: what an agent made of agents answers, and what it is asked. */
import { of } from 'rxjs';
import { createSession, fromAsync, line, result, type Agent, type AgentOutput, type Brief, type ResultOf, type Task } from 'sidestream';
import { acp, type AcpBrief } from 'sidestream/acp';
import { firstWhere, hedge, quorum, race, supervised } from 'sidestream/compose';
import { command } from 'sidestream/command';
import { createToolset } from 'sidestream/tools';
import { z } from 'zod';
import type { Equal, Expect } from './support/equal.js';

interface Deep extends Brief { readonly depth: number }
const deep = ({ depth }: Deep) => [result(depth)];
const { delegate } = createSession();

// The result of one of them

const raced = race(({ goal }) => [goal], async () => 42, fromAsync(async ({ goal }) => ({ goal })));
type _Raced = Expect<Equal<typeof raced, Agent<string | number | { goal: string }>>>;
const task = delegate(race(() => of(line('a')), async () => 42), { goal: 'win' });
type _Task = Expect<Equal<typeof task, Task<string | number>>>;
const agreed = quorum(2, [async () => 1, async () => 2, () => result(3)], { agree: (one, other) => one === other });
type _Agreed = Expect<Equal<typeof agreed, Agent<number>>>;
const matched = firstWhere([() => [result(1)], async () => 'x'], (output) => {
  type _Output = Expect<Equal<typeof output, AgentOutput<string | number>>>;
  return output.type === 'result';
});
type _Matched = Expect<Equal<typeof matched, Agent<string | number>>>;
const hedged = hedge(async () => 1, { after: 5, agents: [async () => 'x'] });
type _Hedged = Expect<Equal<ResultOf<typeof hedged>, string | number>>;
const again = hedge(async () => 1, { when: ({ outputs }) => outputs });
type _Again = Expect<Equal<ResultOf<typeof again>, number>>;
const kept = supervised(async () => 1, { on: ['stalled'] });
type _Kept = Expect<Equal<ResultOf<typeof kept>, number>>;
const nested = race(supervised(async () => 1), hedge(quorum(1, [() => ['a']]), { after: 5 }));
type _Nested = Expect<Equal<typeof nested, Agent<string | number>>>;

// The brief that all of them take

const deeper = race(deep, ({ goal }) => [goal]);
type _Deeper = Expect<Equal<ResultOf<typeof deeper>, string | number>>;
delegate(deeper, { goal: 'dig', depth: 3 });
// @ts-expect-error -- one of them needs a depth
delegate(deeper, { goal: 'dig' });
const asked = supervised(acp({ command: 'coder' }));
type _Asked = Expect<Equal<Parameters<typeof asked>[0], AcpBrief>>;

// What one says of itself is said by what wraps it

type _Steerable = Expect<Equal<(typeof asked)['steerable'], boolean>>;
createToolset(createSession(), { agents: {
  coder: asked,
  digger: { agent: supervised(deep), description: 'Digs.', briefSchema: z.object({ depth: z.number() }) },
  either: { agent: race(command('a'), command('b')), description: 'Whoever is first.' },
} });

// What is none

// @ts-expect-error -- a task runs already
race(task);
// @ts-expect-error -- a list of agents is none
race([() => 1]);
// @ts-expect-error -- an Observable is none
supervised(of('a'));
// @ts-expect-error -- no failure has that code
supervised(async () => 1, { on: ['agent_eror'] });
// @ts-expect-error -- the results are numbers
quorum(1, [async () => 1], { agree: (one: string, other: string) => one === other });
// @ts-expect-error -- agents is a list
firstWhere(() => 1, () => true);
