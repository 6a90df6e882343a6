/* Read by the compiler only: the brief of a toolset's agent is as its own schema reads it. */
import { NEVER, type Observable } from 'rxjs';
import {
  createSession, fromAsync, line, result, run, type Agent, type AgentOutput, type Brief, type DelegateOptions, type ResultOf,
  type Task,
} from 'sidestream';
import { command } from 'sidestream/command';
import { memoryStore, openSession } from 'sidestream/stores';
import {
  createToolset, defineAgent, type AgentDefinition, type AnyAgent, type DescribedAgent, type ToolsetOptions,
} from 'sidestream/tools';
import { serveHttp, serveStdio } from 'sidestream/mcp';
import { z } from 'zod';
import type { Equal, Expect } from './support/equal.js';

interface Dig extends Brief { readonly depth: number }

const session = createSession();
const deep = z.object({ depth: z.number() });
const description = 'Digs.';

// One agent

createToolset(session, {
  agents: {
    digger: {
      description,
      briefSchema: z.object({ depth: z.number() }),
      agent: ({ goal, context, depth }) => {
        type _Goal = Expect<Equal<typeof goal, string>>;
        type _Context = Expect<Equal<typeof context, string | undefined>>;
        type _Depth = Expect<Equal<typeof depth, number>>;
        return [goal, String(depth)];
      },
    },
  },
});

// Several, each by its own; what a schema reads, and not what it is sent, is what the agent gets

createToolset(session, {
  agents: {
    digger: {
      description,
      briefSchema: deep,
      agent: async ({ depth }, steering, { signal }) => {
        type _Depth = Expect<Equal<typeof depth, number>>;
        return { depth, steering, signal };
      },
      grant: ({ goal, depth }, scope) => ({ goal, depth, left: scope.depthLeft }),
    },
    painter: {
      description,
      briefSchema: z.object({ colour: z.enum(['red', 'blue']).default('red'), at: z.string().transform((text) => new Date(text)) }),
      agent: ({ colour, at }) => {
        type _Colour = Expect<Equal<typeof colour, 'red' | 'blue'>>;
        type _At = Expect<Equal<typeof at, Date>>;
        return NEVER;
      },
    },
    plain: {
      description,
      agent: (brief) => {
        type _Goal = Expect<Equal<typeof brief.goal, string>>;
        // @ts-expect-error -- it has no schema, so nothing is added
        brief.depth;
        return [line(brief.goal)];
      },
    },
    bare: ({ goal }) => {
      type _Goal = Expect<Equal<typeof goal, string>>;
      return [goal];
    },
    later: fromAsync(async ({ goal }) => goal),
  },
  defaultAgent: 'plain',
});

createToolset(session, {
  agents: {
    // @ts-expect-error -- the schema reads a number
    digger: { description, briefSchema: deep, agent: ({ depth }: { goal: string; depth: string }) => [depth] },
  },
});
createToolset(session, {
  agents: {
    digger: {
      description,
      briefSchema: deep,
      // @ts-expect-error -- its brief has no such field
      agent: ({ colour }) => [String(colour)],
    },
  },
});
createToolset(session, {
  agents: {
    // @ts-expect-error -- a number is no output
    digger: { description, briefSchema: deep, agent: ({ depth }) => [depth] },
  },
});
createToolset(session, {
  agents: {
    // @ts-expect-error -- a definition says what the agent is good for
    digger: { agent: () => ['a'] },
  },
});
// @ts-expect-error -- there is no such option
createToolset(session, { agents: { digger: () => ['a'] }, agent: 'digger' });

// Agents that were made elsewhere

declare const typed: Agent<string, Dig>;
declare const described: DescribedAgent;
declare const definition: AgentDefinition;
declare const definitions: Readonly<Record<string, AgentDefinition>>;
declare const anyAgent: AnyAgent;
declare const options: ToolsetOptions;
createToolset(session, { agents: { typed: { description, briefSchema: deep, agent: typed } } });
createToolset(session, { agents: { described, definition, anyAgent } });
createToolset(session, { agents: definitions });
createToolset(session, options);
createToolset(session, { agents: { answer: async () => ({ rows: 1 }), number: () => 42, said: () => [result(5)] } });
const own: DescribedAgent = Object.assign((brief: Dig) => [String(brief.depth)], { description, briefSchema: deep });
createToolset(session, { agents: { own } });

// A definition by itself can say its schema

const dig: AgentDefinition<typeof deep> = { description, briefSchema: deep, agent: ({ depth }) => [depth.toFixed()] };
createToolset(session, { agents: { dig } });

// A server's agents

serveStdio({
  agents: {
    digger: {
      description,
      briefSchema: deep,
      agent: ({ depth }) => {
        type _Depth = Expect<Equal<typeof depth, number>>;
        return [String(depth)];
      },
    },
  },
});
serveHttp({
  token: 'x'.repeat(32),
  agents: {
    plain: ({ goal }) => [goal],
    digger: {
      description,
      briefSchema: deep,
      agent: ({ depth }) => {
        type _Depth = Expect<Equal<typeof depth, number>>;
        return { depth };
      },
    },
  },
});

// An agent that is defined with its schemas

const found = z.object({ pages: z.array(z.string()), at: z.string().transform((text) => new Date(text)) });
const researcher = defineAgent({
  description,
  briefSchema: deep,
  resultSchema: found,
  agent: async ({ goal, depth }, steering, { signal }) => {
    type _Goal = Expect<Equal<typeof goal, string>>;
    type _Depth = Expect<Equal<typeof depth, number>>;
    return { pages: [goal, String(depth), signal.aborted ? '' : typeof steering], at: '2026-12-01' };
  },
});
const research = session.delegate(researcher, { goal: 'dig', depth: 2 });
type _Research = Expect<Equal<typeof research, Task<{ pages: string[]; at: Date }>>>;
const researching = run(researcher, { goal: 'dig', depth: 2 });
type _Researching = Expect<Equal<typeof researching, Observable<AgentOutput<{ pages: string[]; at: Date }>>>>;
// @ts-expect-error -- its brief has a depth
session.delegate(researcher, { goal: 'dig' });
createToolset(session, { agents: { researcher } });
openSession({ store: memoryStore(), agents: { researcher } });
serveStdio({ agents: { researcher } });

defineAgent({ description, resultSchema: found, agent: () => [line('at work'), '{"pages":[]}'] });
defineAgent({ description, resultSchema: found, agent: () => [line('at work'), result({ pages: ['a'], at: 'now' })] });
defineAgent({
  description,
  resultSchema: found,
  async *agent() { yield 'at work'; yield result({ pages: ['a'], at: 'now' }); },
});
defineAgent({ description, resultSchema: found, agent: command('npm', ['test']) });
defineAgent({ description, resultSchema: z.number(), agent: () => 5 });
// @ts-expect-error -- a date is put out by the schema, and not put in
defineAgent({ description, resultSchema: found, agent: async () => ({ pages: ['a'], at: new Date() }) });
// @ts-expect-error -- a result has pages
defineAgent({ description, resultSchema: found, agent: () => [result({ page: 'a' })] });
// @ts-expect-error -- a definition says what the agent is good for
defineAgent({ resultSchema: found, agent: () => ['a'] });
const plainly = defineAgent({ description, agent: ({ goal }) => [goal] });
createToolset(session, { agents: { plainly } });

// A schema of one task

const once = session.delegate(() => ['5'], { goal: 'count' }, { resultSchema: z.number() });
type _Once = Expect<Equal<typeof once, Task<number>>>;
declare const how: DelegateOptions;
const withHow = session.delegate(() => ['5'], { goal: 'count' }, how);
type _WithHow = Expect<Equal<typeof withHow, Task<string>>>;
// @ts-expect-error -- there is no such option
session.delegate(() => ['5'], { goal: 'count' }, { resultSchema: z.number(), nmae: 'x' });

// The words of an enumeration stay what they are, however an agent answers

const verdictSchema = z.object({ verdict: z.enum(['good', 'bad']), notes: z.array(z.string()).default([]) });
const verdicts = [
  defineAgent({ description: 'A plain value.', resultSchema: verdictSchema, agent: () => ({ verdict: 'good', notes: ['n'] }) }),
  defineAgent({ description: 'A promise.', resultSchema: verdictSchema, agent: async ({ goal }) => ({ verdict: 'bad', notes: [goal] }) }),
  defineAgent({ description: 'A text of JSON.', resultSchema: verdictSchema, agent: () => ['{ "verdict": "good" }'] }),
];
type _Verdict = Expect<Equal<ResultOf<(typeof verdicts)[number]>, { verdict: 'good' | 'bad'; notes: string[] }>>;
// @ts-expect-error -- there is no such verdict
defineAgent({ description: 'Another word.', resultSchema: verdictSchema, agent: () => ({ verdict: 'fine' }) });

// And so do those of a brief, where a task is started in code

const briefed = defineAgent({
  description: 'Takes more than words.', resultSchema: z.object({ n: z.number() }),
  briefSchema: z.object({
    mode: z.enum(['fast', 'slow']), version: z.literal(1), tags: z.array(z.string()).optional(),
    way: z.discriminatedUnion('by', [z.object({ by: z.literal('car') }), z.object({ by: z.literal('bus'), line: z.string() })]),
  }),
  agent: async ({ mode }) => ({ n: mode === 'fast' ? 1 : 2 }),
});
const started = session.delegate(briefed, { goal: 'go', mode: 'fast', version: 1, tags: ['a'], way: { by: 'bus', line: '7' } });
type _Started = Expect<Equal<typeof started, Task<{ n: number }>>>;
run(briefed, { goal: 'go', mode: 'slow', version: 1, way: { by: 'car' } });
// @ts-expect-error -- there is no such mode
session.delegate(briefed, { goal: 'go', mode: 'medium', version: 1, way: { by: 'car' } });
