import { afterAll, beforeAll } from '@jest/globals';
import { tool } from 'ai';
import { defer, finalize, from } from 'rxjs';
import { z } from 'zod';
import { model } from '../../../src/agents/model/index.js';
import type { Agent, AgentContext } from '../../../src/index.js';
import type { AgentKind, Play, Stage } from '../agentConformance.js';
import { createModelServer, type ModelServer } from '../modelServer/createModelServer.js';
import type { ChatMessage, Script, Turn } from '../modelServer/script.js';
import { wordsOf } from '../modelServer/wordsOf.js';
import { loopback } from '../../agents/model/support/loopback.js';

/** The play stands in the system prompt, so that one server can act out all of them. */
const act: Script = ({ messages }) => {
  const play = JSON.parse(wordsOf(messages[0]!)) as Play;
  const began = messages.some(({ role }) => role === 'assistant');
  const wait = [{ name: 'wait' }];
  switch (play.act) {
    case 'answer': return { say: ['do', 'ne'] };
    case 'print': return began ? { say: 'done' } : { say: play.lines.join('\n'), call: wait };
    case 'listen': return began ? answerTo(messages) : { say: 'ready', call: wait };
    case 'work': return { say: 'working\n', then: 'hang' };
    case 'fail':
      if (!began && play.lines.length > 0) return { say: play.lines.join('\n'), call: wait };
      return { status: 400, message: play.message };
    case 'nothing': case 'paint': return {};
    case 'ask': return began ? { say: 'red' } : { call: [{ name: 'colour' }] };
    case 'recall': return { say: messages.filter(({ role }) => role === 'user').map(wordsOf).join(', ') };
  }
};

/** Says `heard …` for every message that it has not answered yet, and waits for more. */
function answerTo(messages: readonly ChatMessage[]): Turn {
  const told = messages.filter(({ role }) => role === 'user').slice(1).map(wordsOf);
  const said = messages.filter(({ role }) => role === 'assistant').flatMap((message) => wordsOf(message).split('\n'));
  const heard = said.filter((words) => words.startsWith('heard ')).length;
  const news = told.slice(heard);
  if (news[0] === 'end') return { say: 'done' };
  const lines = news.filter((words) => words !== 'end').map((words) => `heard ${words}`);
  return { say: lines.join('\n'), call: [{ name: 'wait' }] };
}

const wait = tool({
  description: 'Waits a moment.',
  inputSchema: z.object({}),
  execute: () => new Promise<string>((resolve) => { setTimeout(() => resolve('waited'), 2); }),
});

const colour = tool({ description: 'Colours it.', inputSchema: z.object({}), needsApproval: true, execute: () => 'coloured' });

let server: ModelServer;
beforeAll(async () => { server = await createModelServer({ script: act }); });
afterAll(() => server.close());

/** A model behind a server on this machine. */
export const modelKind: AgentKind = {
  acts: ['answer', 'print', 'listen', 'work', 'fail', 'nothing'],
  prints: true,
  // Its tools that need approval ask for leave.
  asks: { answer: true, ends: 'red' },
  followUp: true,
  media: 'a model’s answer is text',
  perform,
  live: (life, stage) => perform(life === 'first' ? { act: 'work' } : life === 'speaks' ? { act: 'answer' } : { act: 'nothing' }, stage),
};

function perform(play: Play, stage: Stage): Agent {
  const agent = model({
    model: loopback(server), system: JSON.stringify(play), toolsets: { waiting: { wait, colour } }, maxSteps: 1_000, maxRetries: 0,
  });
  return (brief, steering, context) => defer(() => {
    stage.enter();
    // It has left when its loop has really settled, and not before.
    return from(agent(brief, steering, watched(context, () => stage.leave()))).pipe(finalize(() => undefined));
  });
}

/** The context, with a word when what holds the stop has settled. */
const watched = (context: AgentContext, settled: () => void): AgentContext => new Proxy(context, {
  get: (target, field) => field === 'holdStop'
    ? (until: Promise<unknown>) => {
        void until.then(settled, settled);
        target.holdStop(until);
      }
    : Reflect.get(target, field, target) as unknown,
});
