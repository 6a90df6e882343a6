import { describe, expect, it } from '@jest/globals';
import type { ModelMessage } from 'ai';
import { asJson, fromJson } from '../../../src/agents/model/restart/asJson.js';
import type { Json } from '../../../src/core/json.js';

/** As a store gives it back. */
const again = (value: unknown): unknown => fromJson(JSON.parse(JSON.stringify(asJson(value))) as Json);

describe('the messages of a model as JSON', () => {
  it('should come back as they were, bytes and addresses included', () => {
    const messages: ModelMessage[] = [
      { role: 'user', content: [
        { type: 'text', text: 'look at \0 and \ud800' },
        { type: 'image', image: new URL('https://example.org/a.png') },
        { type: 'file', data: new Uint8Array([0, 127, 255]), mediaType: 'image/png' },
      ] },
      { role: 'assistant', content: [
        { type: 'reasoning', text: 'hm', providerOptions: { anthropic: { signature: 'abc' } } },
        { type: 'tool-call', toolCallId: '1', toolName: 'look', input: { at: [1, null, { deep: true }] } },
      ] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: '1', toolName: 'look', output: { type: 'json', value: [1, 'a'] } }] },
    ];
    expect(again(messages)).toEqual(messages);
    expect((again(messages[0]) as typeof messages[0] & { content: { image: unknown }[] }).content[1]!.image).toBeInstanceOf(URL);
  });

  it('should not take what a model wrote for anything else', () => {
    for (const input of [{ 'sidestream:bytes': 'AQID' }, { 'sidestream:url': 'no url', more: 1 }, { 'sidestream:object': { a: 1 } }]) {
      expect(again({ input })).toEqual({ input });
    }
  });

  it('should keep bytes of a view and of a buffer', () => {
    const { buffer } = new Uint8Array([9, 1, 2, 3]);
    expect(again(new Uint8Array(buffer, 1, 2))).toEqual(new Uint8Array([1, 2]));
    expect(again(buffer)).toEqual(new Uint8Array([9, 1, 2, 3]));
  });

  it('should put a sentence where something cannot be kept, and never throw', () => {
    const ring: Record<string, unknown> = {};
    ring['own'] = ring;
    const bad = { get field(): never { throw new Error('no'); } };
    const date = new Date(0);
    expect(again({ big: 5n, run: () => 1, nan: NaN, none: undefined, date })).toEqual({
      big: '[a bigint, which could not be kept over a restart]', run: '[a function, which could not be kept over a restart]',
      nan: null, date: date.toISOString(),
    });
    expect(JSON.stringify(again(ring))).toContain('too deep, or holds itself');
    expect(again({ bad })).toEqual({ bad: expect.stringContaining('what could not be read (no)') });
  });
});
