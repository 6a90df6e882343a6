/* Read by the compiler only: what is inferred of agents that are made of agents, and what is an error. */
import { filter, identity, map, of, tap, type Observable } from 'rxjs';
import { createSession, fromAsync, lines, result, run, type Agent, type AgentOutput, type Brief, type Task } from 'sidestream';
import { fallback, flowing, retrying, sequence, steered, through } from 'sidestream/compose';
import type { Equal, Expect } from './support/equal.js';

interface Report { readonly pages: number }
interface Search extends Brief { readonly pattern: RegExp }

const session = createSession();
const brief = { goal: 'be typed' };
const search = { goal: 'search', pattern: /a/ };

const ofLines: Agent = () => ['a'];
const ofReport: Agent<Report> = () => [result({ pages: 1 })];
const ofSearch: Agent<number, Search> = ({ pattern }) => [result(pattern.source.length)];
const promised = async () => ({ pages: 1 });

// One agent, run otherwise

const again = retrying(ofSearch, { with: (given, error, attempt) => {
  type _Given = Expect<Equal<typeof given, Search>>;
  type _Error = Expect<Equal<typeof error, unknown>>;
  type _Attempt = Expect<Equal<typeof attempt, number>>;
  return { ...given, pattern: /b/ };
} });
type _Again = Expect<Equal<typeof again extends Agent<infer R, infer B> ? [R, B] : never, [number, Search]>>;
const againTask = session.delegate(again, search);
type _AgainTask = Expect<Equal<typeof againTask, Task<number>>>;
const inline = session.delegate(retrying(({ goal }) => [result({ words: goal.length })]), brief);
type _Inline = Expect<Equal<typeof inline, Task<{ words: number }>>>;
const ofPromise = session.delegate(retrying(promised), brief);
type _OfPromise = Expect<Equal<typeof ofPromise, Task<{ pages: number }>>>;
const deaf = retrying(Object.assign(() => ['a'], { steerable: false as const, description: 'says a' }));
type _Deaf = Expect<Equal<typeof deaf.steerable, false>>;
retrying(ofLines, { count: 3, delay: (attempt, error) => attempt * String(error).length, when: ['stalled', 'no_result'] });
retrying(ofLines, { when: (error) => error instanceof RangeError });
// @ts-expect-error -- the brief lacks what the agent's own has
session.delegate(again, brief);
// @ts-expect-error -- a brief is made of a brief
retrying(ofSearch, { with: () => brief });
// @ts-expect-error -- there is no such code
retrying(ofLines, { when: ['stuck'] });
// @ts-expect-error -- there is no such option
retrying(ofLines, { times: 3 });
// @ts-expect-error -- a task is no agent
retrying(againTask);
// @ts-expect-error -- a stream is no agent
retrying(of('a'));

const same = session.delegate(through(ofReport, identity), brief);
type _Same = Expect<Equal<typeof same, Task<Report>>>;
const watched = session.delegate(through(ofSearch, tap((output) => {
  type _Output = Expect<Equal<typeof output, AgentOutput<number>>>;
})), search);
type _Watched = Expect<Equal<typeof watched, Task<number>>>;
const other = session.delegate(through(ofReport, map((output) => output.type === 'result' ? result(output.value.pages) : 'said')), brief);
type _Other = Expect<Equal<typeof other, Task<number>>>;
const printed = session.delegate(through(ofReport, lines()), brief);
type _Printed = Expect<Equal<typeof printed, Task<string>>>;
const some = session.delegate(through(ofReport, filter(({ type }) => type !== 'text')), brief);
type _Some = Expect<Equal<typeof some, Task<Report>>>;
// @ts-expect-error -- a number is no output
through(ofReport, map(() => 5));

const told = session.delegate(steered(ofSearch, (outputs) => {
  type _Outputs = Expect<Equal<typeof outputs, Observable<AgentOutput<number>>>>;
  return outputs.pipe(lines());
}), search);
type _Told = Expect<Equal<typeof told, Task<number>>>;
// @ts-expect-error -- a message is words
steered(ofLines, () => [5]);

// Several agents

const either = fallback(ofSearch, ofReport, () => ['a']);
const eitherTask = session.delegate(either, search);
type _Either = Expect<Equal<typeof eitherTask, Task<number | Report | string>>>;
// @ts-expect-error -- one of them needs more of a brief
session.delegate(either, brief);
const list = [ofReport].slice();
const listed = session.delegate(fallback(...list), brief);
type _Listed = Expect<Equal<typeof listed, Task<Report>>>;

const chain = sequence(ofSearch, ({ context }) => [result({ said: context })]);
const chained = session.delegate(chain, search);
type _Chained = Expect<Equal<typeof chained, Task<{ said: string | undefined }>>>;
const made = sequence(ofReport, {
  agent: ofSearch,
  brief: (last, given) => {
    type _Last = Expect<Equal<typeof last, Report>>;
    type _Given = Expect<Equal<typeof given, Brief>>;
    return { ...given, pattern: new RegExp(String(last.pages)) };
  },
}, ofLines);
const madeTask = session.delegate(made, brief);
type _Made = Expect<Equal<typeof madeTask, Task<string>>>;
const single = session.delegate(sequence(ofReport), brief);
type _Single = Expect<Equal<typeof single, Task<Report>>>;
const long = session.delegate(sequence(ofLines, ofLines, ofLines, ofLines, ofReport), brief);
type _Long = Expect<Equal<typeof long, Task<Report>>>;
const many = session.delegate(sequence(ofLines, ...list), brief);
type _Many = Expect<Equal<typeof many, Task<string | Report>>>;
// @ts-expect-error -- the second needs more of a brief than it is given
sequence(ofLines, ofSearch);
// @ts-expect-error -- a brief is made for the agent of the stage
sequence(ofLines, { agent: ofSearch, brief: () => brief });
// @ts-expect-error -- there is no agent
sequence();

const flow = flowing(ofSearch, fromAsync(async () => 5n));
const flowTask = session.delegate(flow, search);
type _Flow = Expect<Equal<typeof flowTask, Task<bigint>>>;
// @ts-expect-error -- the first needs more of a brief
session.delegate(flow, brief);

// Of one another

const nested = retrying(fallback(sequence(ofLines, ofReport), through(ofReport, identity)), { count: 1 });
const ran = run(nested, brief).pipe(result());
type _Ran = Expect<Equal<typeof ran, Observable<Report>>>;
