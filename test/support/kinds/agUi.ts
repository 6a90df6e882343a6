import { afterAll, beforeAll } from '@jest/globals';
import { HttpAgent, type AbstractAgent } from '@ag-ui/client';
import { concat, from, NEVER, throwError } from 'rxjs';
import { agUi } from '../../../src/agents/agUi/index.js';
import type { AgentKind, Play } from '../agentConformance.js';
import { act } from '../../agents/agUi/support/act.js';
import { createAgUiServer, type AgUiServer } from '../../agents/agUi/support/createAgUiServer.js';
import { event } from '../../agents/agUi/support/events.js';
import { Scripted } from '../../agents/agUi/support/scripted.js';
import { staged } from '../../agents/agUi/support/staged.js';

let server: AgUiServer;

beforeAll(async () => {
  server = await createAgUiServer((input, reply) => {
    const { events, then } = act(input);
    for (const each of events) reply.send(each);
    if (then === 'hang') return;
    if (then === 'fail') reply.send(event('RUN_ERROR', { message: (input.forwardedProps as Play & { act: 'fail' }).message }));
    reply.end();
  });
});
afterAll(async () => { await server[Symbol.asyncDispose](); });

const inProcess = new Scripted((input) => {
  const { events, then } = act(input);
  if (then === undefined) return events;
  const { message } = input.forwardedProps as { readonly message: string };
  return concat(from(events), then === 'hang' ? NEVER : throwError(() => new Error(message)));
});

const kindOf = (agent: () => AbstractAgent): AgentKind => ({
  acts: ['answer', 'print', 'listen', 'work', 'fail', 'nothing'],
  prints: true,
  asks: { answer: 'red', ends: 'red' },
  followUp: true,
  media: 'an AG-UI result is JSON',
  perform: (play, stage) => staged(agUi(agent(), { input: { forwardedProps: play }, onInterrupt: 'ask' }), stage),
});

/** Agents that speak AG-UI, by where they are. */
export const agUiKinds: readonly (readonly [string, AgentKind])[] = [
  ['an AG-UI agent over HTTP', kindOf(() => new HttpAgent({ url: server.url }))],
  ['an AG-UI agent in this process', kindOf(() => inProcess)],
];
