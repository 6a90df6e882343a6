import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from '@jest/globals';
import { anthropicTools, callTools, turnsWithInbox, withInbox } from 'sidestream/anthropic';
import { createSession, type Agent } from '../../../src/index.js';
import { createInbox } from '../../../src/inbox/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { createModelServer } from '../../support/modelServer/createModelServer.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import { endingsIn } from '../../support/parents/endingsIn.js';
import { tellsOnce } from '../../support/parents/tellsOnce.js';
import { clientOf } from './support/clientOf.js';

const asked = () => ({ model: 'loopback', max_tokens: 1_000, messages: [{ role: 'user' as const, content: 'Do the work.' }] });

tellsOnce('Anthropic: the tool runner', async ({ toolset, inbox, server }) => {
  const runner = clientOf(server).beta.messages.toolRunner({ ...asked(), tools: anthropicTools(toolset) });
  for await (const turn of turnsWithInbox(inbox, runner)) expect(turn.role).toBe('assistant');
});

tellsOnce('Anthropic: the tool runner, streamed, tools run eagerly', async ({ toolset, inbox, server }) => {
  const runner = clientOf(server).beta.messages.toolRunner({
    ...asked(), tools: anthropicTools(toolset), stream: true, runToolsEagerly: true,
  });
  for await (const turn of turnsWithInbox(inbox, runner)) for await (const event of turn) expect(event.type).not.toBe('error');
});

tellsOnce('Anthropic: a loop of one’s own', async ({ toolset, inbox, server }) => {
  const messages: Anthropic.MessageParam[] = asked().messages;
  for (;;) {
    const reply = await withInbox(inbox, messages, () => clientOf(server).messages.create(
      { ...asked(), messages, tools: anthropicTools(toolset) },
    ));
    messages.push({ role: 'assistant', content: reply.content });
    if (reply.stop_reason !== 'tool_use') return;
    messages.push({ role: 'user', content: await callTools(toolset, reply.content) });
  }
});

const setUp = () => {
  const session = createSession();
  const agent: Agent = async ({ goal }) => goal;
  const toolset = createToolset(session, { agents: { echo: { agent, description: 'Repeats its goal.' } } });
  return { session, toolset, inbox: createInbox(session) };
};

const start = { name: 'delegate_task_async', input: { goal: 'one' } };

describe('turnsWithInbox', () => {
  it('should run no call twice', async () => {
    const { session, toolset, inbox } = setUp();
    await using server = await createModelServer({ script: inTurn({ call: [start] }, { call: [start] }, { say: 'done' }) });
    const runner = clientOf(server).beta.messages.toolRunner({ ...asked(), tools: anthropicTools(toolset) });
    for await (const turn of turnsWithInbox(inbox, runner)) expect(turn.role).toBe('assistant');
    expect(session.list()).toHaveLength(2);
    expect(server.visits.map((visit) => endingsIn(visit).length)).toEqual([0, 1, 2]);
    await session.close();
  });

  it('should give back what was never sent, where the iterations run out', async () => {
    const { session, toolset, inbox } = setUp();
    await using server = await createModelServer({ script: inTurn({ call: [start] }) });
    const runner = clientOf(server).beta.messages.toolRunner({ ...asked(), tools: anthropicTools(toolset), max_iterations: 1 });
    for await (const turn of turnsWithInbox(inbox, runner)) expect(turn.role).toBe('assistant');
    expect(inbox.waiting).toBe(1);
    await session.close();
  });

  it('should have told what the model replied to, where the caller leaves', async () => {
    const { session, toolset, inbox } = setUp();
    await toolset.delegate_task_async.execute(start.input);
    await using server = await createModelServer({ script: inTurn({ call: [start] }) });
    const runner = clientOf(server).beta.messages.toolRunner({ ...asked(), tools: anthropicTools(toolset) });
    for await (const turn of turnsWithInbox(inbox, runner)) {
      expect(turn.role).toBe('assistant');
      break;
    }
    expect(session.unheard()).toEqual([]);
    await session.close();
  });

  it('should stay out of the way of a caller who takes over the history', async () => {
    const { session, toolset, inbox } = setUp();
    await using server = await createModelServer({ script: inTurn({ call: [start] }, { say: 'done' }) });
    const runner = clientOf(server).beta.messages.toolRunner({ ...asked(), tools: anthropicTools(toolset) });
    for await (const turn of turnsWithInbox(inbox, runner)) {
      const results = await runner.generateToolResponse();
      if (results !== null) runner.pushMessages({ role: 'assistant', content: turn.content }, results);
    }
    expect(session.list()).toHaveLength(1);
    expect(server.visits.map((visit) => endingsIn(visit).length)).toEqual([0, 1]);
    await session.close();
  });
});

describe('withInbox', () => {
  it('should leave the conversation as it was where asking fails', async () => {
    const { session, toolset, inbox } = setUp();
    await toolset.delegate_task_async.execute(start.input);
    const { messages } = asked();
    await expect(withInbox(inbox, messages, () => Promise.reject(new Error('no line')))).rejects.toThrow('no line');
    expect(messages).toEqual(asked().messages);
    expect(inbox.waiting).toBe(1);
    await session.close();
  });

  it('should put nothing between calls and their results', async () => {
    const { session, toolset, inbox } = setUp();
    await toolset.delegate_task_async.execute(start.input);
    const messages = [...asked().messages, { role: 'assistant' as const, content: [{ type: 'tool_use', id: 'a', name: 'list_tasks' }] }];
    await withInbox(inbox, messages, () => 'asked');
    expect(messages).toHaveLength(2);
    expect(inbox.waiting).toBe(1);
    await session.close();
  });
});
