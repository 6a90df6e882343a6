import { describe, expect, it } from '@jest/globals';
import { createSession } from '../../../src/index.js';
import { withInbox } from '../../../src/parents/openai/index.js';
import { createInbox } from '../../../src/inbox/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { createModelServer } from '../../support/modelServer/createModelServer.js';
import type { ChatMessage, Turn } from '../../support/modelServer/script.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { turns } from '../../support/turns.js';
import { chatLoop, responsesLoop } from './support/loops.js';

const isNews = (message: ChatMessage): boolean => message.role === 'user' && wordsOf(message).includes('ended');

const rolesOf = ({ messages }: { readonly messages: readonly ChatMessage[] }): string =>
  messages.map((message) => isNews(message) ? 'NEWS' : message.role).join(' ');

describe.each([['chat-completions', chatLoop], ['the Responses API', responsesLoop]] as const)('withInbox over %s', (_, loop) => {
  it('should tell between two requests what has ended, once, and keep it in the conversation', async () => {
    await using session = createSession();
    const list: Turn = { call: [{ name: 'list_tasks', input: {} }] };
    await using server = await createModelServer({ script: async ({ index }) => {
      if (index < 2) session.delegate(() => ['done'], { goal: `number ${index}` });
      await turns();
      return index < 3 ? list : { say: 'done' };
    } });
    const tools = createToolset(session, { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });
    const inbox = createInbox(session);
    expect(await loop({ tools, server, prompt: 'Go on.', inbox })).toBe('done');
    expect(server.visits.map(rolesOf)).toEqual([
      'user',
      'user assistant tool NEWS',
      'user assistant tool NEWS assistant tool NEWS',
      'user assistant tool NEWS assistant tool NEWS assistant tool',
    ]);
    // Told, and not merely in hand.
    expect(session.unheard()).toEqual([]);
  });

  it('should tell it again where the request failed', async () => {
    await using session = createSession();
    await using server = await createModelServer({ script: ({ index }) => index === 0 ? { status: 500 } : { say: 'done' } });
    session.delegate(() => ['done'], { goal: 'one' });
    await turns();
    const tools = createToolset(session, { agents: { echo: () => ['done'] } });
    const options = { tools, server, prompt: 'Go on.', inbox: createInbox(session) };
    await expect(loop(options)).rejects.toThrow('scripted 500');
    expect(options.inbox.waiting).toBe(1);
    await loop(options);
    await loop(options);
    expect(server.visits.map(rolesOf)).toEqual(['user NEWS', 'user NEWS', 'user']);
  });
});

describe('withInbox', () => {
  it.each([
    ['chat-completions', [{ role: 'assistant', tool_calls: [{ id: 'a' }, { id: 'b' }] }, { role: 'tool', tool_call_id: 'a' }]],
    ['the Responses API', [{ type: 'function_call', call_id: 'a' }]],
  ])('should put nothing between a call and its answer: %s', async (_, conversation: object[]) => {
    await using session = createSession();
    const inbox = createInbox(session);
    session.delegate(() => ['done'], { goal: 'one' });
    await turns();
    const before = [...conversation];
    await withInbox(inbox, conversation, () => 'answered');
    expect(conversation).toEqual(before);
    expect(inbox.waiting).toBe(1);
  });

  it('should take its message out again where asking failed, also where more came behind it', async () => {
    await using session = createSession();
    const inbox = createInbox(session);
    session.delegate(() => ['done'], { goal: 'one' });
    await turns();
    const conversation: object[] = [{ role: 'user', content: 'Go on.' }];
    const failing = withInbox(inbox, conversation, async () => {
      conversation.push({ role: 'user', content: 'meanwhile' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(conversation).toEqual([{ role: 'user', content: 'Go on.' }, { role: 'user', content: 'meanwhile' }]);
    expect(inbox.waiting).toBe(1);
  });

  it('should refuse what it cannot use, with a sentence', async () => {
    const inbox = createInbox(createSession());
    await expect(withInbox(undefined as never, [], () => 1)).rejects.toThrow('Expected `inbox` to be an inbox, got undefined.');
    await expect(withInbox(inbox, 'Go on.' as never, () => 1)).rejects.toThrow('`messages`');
    await expect(withInbox(inbox, [], 7 as never)).rejects.toThrow('Expected `ask` to be a function, got 7.');
  });
});
