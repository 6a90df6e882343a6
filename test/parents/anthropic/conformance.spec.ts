import type Anthropic from '@anthropic-ai/sdk';
import { anthropicTools, callTools, turnsWithInbox, withInbox } from 'sidestream/anthropic';
import { createSession } from '../../../src/index.js';
import { createInbox } from '../../../src/inbox/index.js';
import { parentConformance } from '../../support/parentConformance.js';
import { clientOf } from './support/clientOf.js';
import { textOf } from './support/textOf.js';

const asked = (prompt: string) => ({ model: 'loopback', max_tokens: 1_000, messages: [{ role: 'user', content: prompt }] } as const);

parentConformance('Anthropic: the tool runner', {
  dialect: 'plain',
  inputs: 'data',
  run: async ({ tools, server, prompt, signal }) => textOf(await clientOf(server).beta.messages.toolRunner(
    { ...asked(prompt), messages: [...asked(prompt).messages], tools: anthropicTools(tools) }, { signal },
  )),
});

parentConformance('Anthropic: the tool runner, streamed and strict, with an inbox that has nothing to tell', {
  dialect: 'anthropic',
  inputs: 'data',
  run: async ({ tools, server, prompt, signal }) => {
    const runner = clientOf(server).beta.messages.toolRunner(
      { ...asked(prompt), messages: [...asked(prompt).messages], tools: anthropicTools(tools, { strict: true }), stream: true }, { signal },
    );
    let said = '';
    for await (const turn of turnsWithInbox(createInbox(createSession()), runner)) said = textOf(await turn.finalMessage());
    return said;
  },
});

parentConformance('Anthropic: a loop of one’s own', {
  dialect: 'anthropic',
  inputs: 'data',
  run: async ({ tools, server, prompt, signal }) => {
    const messages: Anthropic.MessageParam[] = [...asked(prompt).messages];
    for (;;) {
      const reply = await withInbox(createInbox(createSession()), messages, () => clientOf(server).messages.create(
        { ...asked(prompt), messages, tools: anthropicTools(tools, { strict: true }) }, { signal },
      ));
      if (reply.stop_reason !== 'tool_use') return textOf(reply);
      messages.push({ role: 'assistant', content: reply.content });
      messages.push({ role: 'user', content: await callTools(tools, reply.content, { signal }) });
    }
  },
});
