import { describe, expect, it } from '@jest/globals';
import type { ModelMessage } from 'ai';
import { isAwaitingResults } from '../../../src/parents/aiSdk/isAwaitingResults.js';
import { unwoven, woven } from '../../../src/parents/aiSdk/weave.js';

const user = (content: string): ModelMessage => ({ role: 'user', content });
const call = (...ids: string[]): ModelMessage => ({
  role: 'assistant', content: ids.map((toolCallId) => ({ type: 'tool-call', toolCallId, toolName: 'list_tasks', input: {} })),
});
const result = (...ids: string[]): ModelMessage => ({
  role: 'tool',
  content: ids.map((toolCallId) => ({ type: 'tool-result', toolCallId, toolName: 'list_tasks', output: { type: 'text', value: '' } })),
});
const foreign: ModelMessage = {
  role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'a', toolName: 'search', input: {}, providerExecuted: true }],
};

describe('woven', () => {
  const conversation = [user('go'), call('a'), result('a'), result('b'), user('on')];

  it.each([
    [[0], [0, 'x']],
    [[1], [1, 'x']],
    [[2], [4, 'x']],
    [[3], [4, 'x']],
    [[5], [5, 'x']],
    [[99], [5, 'x']],
  ])('should put what came after %j messages at its place, and never between a call and its results', ([at = 0], [place]) => {
    expect(woven(conversation, [{ message: user('x'), at }])[place as number]).toEqual(user('x'));
  });

  it('should keep the order of several, at one place and at many', () => {
    const notes = [[1, 'a'], [1, 'b'], [5, 'c']].map(([at, words]) => ({ at: at as number, message: user(words as string) }));
    const all = woven(conversation, notes);
    expect(all.map(({ content }) => content).filter((content) => typeof content === 'string')).toEqual(['go', 'a', 'b', 'on', 'c']);
    expect(unwoven(all, notes)).toEqual(conversation);
    expect(unwoven(JSON.parse(JSON.stringify(all)) as ModelMessage[], notes)).toEqual(conversation);
  });
});

describe('isAwaitingResults', () => {
  it.each<[string, boolean, ModelMessage[]]>([
    ['an empty conversation', false, []],
    ['a question', false, [user('go')]],
    ['a call', true, [user('go'), call('a')]],
    ['a call with its result', false, [user('go'), call('a'), result('a')]],
    ['two calls, one with its result', true, [call('a', 'b'), result('a')]],
    ['two calls with their results', false, [call('a', 'b'), result('a'), result('b')]],
    ['a call that the provider runs', false, [foreign]],
    ['an old call that was given up', false, [call('a'), user('go'), { role: 'assistant', content: 'well' }]],
  ])('should say of %s: %j', (_, expected, messages) => {
    expect(isAwaitingResults(messages)).toBe(expected);
  });
});
