/* Read by the compiler only: the brief of a toolset's agent is as its own schema reads it. */
import { NEVER } from 'rxjs';
import { createSession, fromAsync, line, result, type Agent, type Brief } from 'sidestream';
import { createToolset, type AgentDefinition, type AnyAgent, type DescribedAgent, type ToolsetOptions } from 'sidestream/tools';
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
