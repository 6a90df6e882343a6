import { describe, expect, it } from '@jest/globals';
import { concatMap, map, Subject, take } from 'rxjs';
import { result, type Agent } from '../../../src/index.js';
import { TOOL_NAMES } from '../../../src/tools/toolNames.js';
import { loopback } from '../../agents/model/support/loopback.js';
import { createModelServer } from '../../support/modelServer/createModelServer.js';
import type { ModelRequest, ToolCall, Turn } from '../../support/modelServer/script.js';
import { until } from '../../support/until.js';
import { createChatServer, type ChatServer } from './support/chatServer.js';

const QUESTION = 'Which city, north or south?';
const END = 'a plan for Oslo';

/** How often a request tells something. */
const told = ({ messages }: Pick<ModelRequest, 'messages'>, words: string): number => JSON.stringify(messages).split(words).length - 1;

/** A chat whose model starts a child, answers what it asks where it is told so, and says what it was told last. */
async function stage(test: (at: {
  readonly chat: ChatServer;
  /** The child asks now, between two turns. */
  askNow(): void;
  /** The requests of the last turn. */
  requests(): readonly ModelRequest[];
}) => Promise<void>): Promise<void> {
  const go = new Subject<void>();
  const planner: Agent = (_brief, _steering, { ask }) => go.pipe(
    take(1), concatMap(() => ask({ text: QUESTION, options: ['Oslo', 'Rome'] })), map((city) => result(`a plan for ${city}`)),
  );
  let task = '';
  const calls: Record<string, (request: ModelRequest) => ToolCall | undefined> = {
    'Plan a trip.': () => ({ name: 'delegate_task_async', input: { goal: 'a trip' } }),
    'How is it?': (request) => told(request, QUESTION) > 0 ? { name: 'answer_task', input: { task_id: task, answer: 'Oslo' } } : undefined,
  };
  const script = (request: ModelRequest): Turn => {
    const { messages } = request;
    task ||= /planner-[a-z0-9]{6}/.exec(JSON.stringify(messages))?.[0] ?? '';
    const said = messages.findLastIndex(({ role, content }) => role === 'user' && typeof content === 'string' && content.length < 20);
    const isAnswered = messages.slice(said).some(({ role }) => role === 'tool');
    const call = isAnswered ? undefined : calls[messages[said]?.content as string]?.(request);
    if (call !== undefined) return { call: [call] };
    return { say: told(request, END) > 0 ? 'It is planned.' : told(request, QUESTION) > 0 ? 'It had a question.' : 'It works.' };
  };
  await using model = await createModelServer({ script });
  await using chat = await createChatServer(loopback(model), planner);
  let seen = 0;
  await test({
    chat,
    askNow: () => { go.next(); },
    requests: () => {
      const since = model.visits.slice(seen);
      seen = model.visits.length;
      return since;
    },
  });
}

const hasEnded = (chat: ChatServer) => (): boolean => chat.session.tasks()[0]?.status === 'completed';

describe('a chat server whose child asks between the turns', () => {
  it('should tell of the end once, where a person has answered by the page', async () => {
    await stage(async ({ chat, askNow, requests }) => {
      expect(await chat.say('one', 'Plan a trip.')).toBe('It works.');
      askNow();
      expect(await chat.questions('two')).toEqual([]);
      const [question, ...others] = await chat.questions('one');
      expect([question!.text, others]).toEqual([QUESTION, []]);
      expect(await chat.answer('two', question!.id, 'Rome')).toBe(false);
      expect(await chat.answer('one', question!.id, 'Oslo')).toBe(true);
      expect(await chat.answer('one', question!.id, 'Rome')).toBe(false);
      await until(hasEnded(chat));
      requests();
      expect(await chat.say('two', 'How is it?')).toBe('It works.');
      expect(await chat.say('one', 'How is it?')).toBe('It is planned.');
      const turn = requests();
      expect(turn.map((request) => [told(request, QUESTION), told(request, END)])).toEqual([[0, 0], [0, 1]]);
      expect(await chat.say('one', 'And now?')).toBe('It is planned.');
      expect(requests().map((request) => told(request, END))).toEqual([1]);
      expect(chat.session.unheard()).toEqual([]);
    });
  });

  const withAnswers = (TOOL_NAMES as readonly string[]).includes('answer_task') ? it : it.skip;

  withAnswers('should tell the question once, take the model\'s answer, and tell of the end once', async () => {
    await stage(async ({ chat, askNow, requests }) => {
      expect(await chat.say('one', 'Plan a trip.')).toBe('It works.');
      requests();
      askNow();
      expect(await chat.say('one', 'How is it?')).toMatch(/It had a question\.|It is planned\./);
      const second = requests();
      expect(second).toHaveLength(2);
      expect(second.map((request) => told(request, QUESTION))).toEqual([1, 1]);
      await until(hasEnded(chat));
      expect(await chat.questions('one')).toEqual([]);
      expect(await chat.say('one', 'And now?')).toBe('It is planned.');
      expect(await chat.say('one', 'And then?')).toBe('It is planned.');
      // What was told stands in the history, and is not told again.
      expect(requests().map((request) => [told(request, QUESTION), told(request, END)])).toEqual([[1, 1], [1, 1]]);
      expect(chat.session.unheard()).toEqual([]);
    });
  });
});
