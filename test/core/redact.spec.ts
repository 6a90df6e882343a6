import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat, NEVER, of, Subject, throwError } from 'rxjs';
import {
  collect, createSession, InvalidArgumentError, line, result, step, text, tool, type AgentOutput, type SessionOptions, type Task,
} from '../../src/index.js';
import { caught } from '../support/caught.js';
import { taskOf } from '../support/taskOf.js';
import { watch } from '../support/watch.js';

const SECRET = 'sk-12345';
const hidden = (words: string): string => words.replaceAll(SECRET, '***');
const redact: SessionOptions = { redact: hidden };

/** All that anybody can see of a task. */
const seenOf = (task: Task): string => JSON.stringify([watch(task.events), task.snapshot(Infinity)]);

describe('redact', () => {
  it.each([5, 'x', {}, true])('should be refused where it is %p', (value) => {
    expect(caught(() => createSession({ redact: value as never }))).toBeInstanceOf(InvalidArgumentError);
    expect((caught(() => createSession({ redact: value as never })) as Error).message).toMatch(/^Expected `redact` to be a function, got /);
  });

  it.each<[string, readonly (AgentOutput<unknown> | string)[]]>([
    ['a printed line', [`the key ${SECRET} is`]],
    ['several lines', [`a\n${SECRET}\nb`]],
    ['a line output', [line(SECRET)]],
    ['a text stream', [text(`a ${SECRET}\nb`)]],
    ['a text stream in chunks', ['a sk', '-12', '345', '\nb'].map(text)],
    ['text without a newline', ['a sk', '-12', '345'].map(text)],
    ['text around the width of a line', [text(`${'x '.repeat(249)}${SECRET} ${'x'.repeat(494)}${SECRET}\n`)]],
    ['text around the most that a line may take', [text(`${'x '.repeat(32_766)}${SECRET} y`)]],
    ['a result', [result(`it is ${SECRET}`)]],
    ['a result inside an object', [result({ deep: [{ key: SECRET }], n: 1 })]],
    ['the name of a field', [result({ deep: [{ [SECRET]: 1 }] })]],
    ['a tool call', [tool(SECRET, 'started', `curl -H ${SECRET}`, SECRET), 'x']],
  ])('should be applied to %s', (_, outputs) => {
    const task = taskOf<unknown>(outputs, redact);
    const all = seenOf(task);
    expect(all).not.toContain(SECRET);
    expect(all).toContain('***');
    expect(all).toContain('"completed"');
  });

  it('should be applied to what is seen while it comes, however it is cut into chunks', () => {
    const words = `the key is ${SECRET} and ${SECRET}\nthen ${SECRET}`;
    fc.assert(fc.property(fc.array(fc.nat(words.length), { maxLength: 8 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), words.length];
      const output = new Subject<AgentOutput>();
      const task = taskOf(output, redact);
      const outputs = watch(task.outputs);
      for (const [n, place] of places.slice(1).entries()) {
        output.next(text(words.slice(places[n], place)));
        for (const shown of task.snapshot().preview) expect(shown).not.toMatch(/sk|12|45/);
      }
      output.complete();
      expect(task.snapshot().preview).toEqual(['the key is *** and ***', 'then ***']);
      expect(task.snapshot().outcome).toMatchObject({ result: 'then ***' });
      expect(outputs).toEqual([text('the key is *** and ***\n'), text('then ***\n'), '|']);
    }));
  });

  it('should show the line in hand up to its last blank', () => {
    const output = new Subject<AgentOutput>();
    const task = taskOf(output, redact);
    output.next(text(`key ${SECRET}`));
    expect(task.snapshot().preview).toEqual(['key ']);
    output.next(text(' [y/N] '));
    expect(task.snapshot().preview).toEqual(['key *** [y/N] ']);
  });

  it('should be applied to outputs', () => {
    const output = new Subject<AgentOutput | string>();
    const seen = watch(taskOf(output, redact).outputs);
    for (const each of [SECRET, step(), tool('t', 'ended', SECRET), text('sk-12'), text('345\nmore'), result(SECRET)]) output.next(each);
    output.complete();
    expect(seen).toEqual([
      line('***'), step(), tool('t', 'ended', '***'), text('***\n'), result('***'), text('more\n'), '|',
    ]);
  });

  it('should be applied to errors, and leave no cause that has the words as they were', async () => {
    const thrown = Object.assign(new Error(`401 for ${SECRET}, and ${'x'.repeat(3_960)}`), { name: `Auth${SECRET}` });
    const task = taskOf(throwError(() => thrown), redact);
    expect(seenOf(task)).not.toContain(SECRET);
    const error: unknown = await collect(task).catch((each: unknown) => each);
    expect((error as Error).message).toMatch(/^401 for \*\*\*/);
    expect((error as Error).cause).toBeUndefined();
    expect(seenOf(taskOf(throwError((): unknown => ({ key: SECRET })), redact))).not.toContain(SECRET);
  });

  it('should be applied to maps and sets, which are lists where they are shown', () => {
    const { outcome } = taskOf<unknown>([result({ map: new Map([[SECRET, [SECRET]]]), set: new Set([SECRET, 1]) })], redact).snapshot();
    expect(outcome).toMatchObject({ result: { map: new Map([['***', ['***']]]), set: new Set(['***', 1]) } });
  });

  it('should look at each part of a result once, and leave alone what is no list and no plain object', () => {
    const bytes = new Uint8Array(3);
    const shared = { key: SECRET };
    const value: Record<string, unknown> = { shared, again: shared, bytes, when: new Date(0), nothing: null };
    value['self'] = value;
    let bomb: unknown = SECRET;
    for (let n = 0; n < 64; n++) bomb = [bomb, bomb];
    value['bomb'] = bomb;
    const { outcome } = taskOf<typeof value>([result(value)], redact).snapshot();
    const seen = (outcome as unknown as { result: Record<string, unknown> }).result;
    expect(seen['shared']).toEqual({ key: '***' });
    expect(seen['again']).toBe(seen['shared']);
    expect(seen['self']).toBe(seen);
    expect(seen['bytes']).toBe(bytes);
    expect(seen['when']).toEqual(new Date(0));
    expect(value['shared']).toEqual({ key: SECRET });
  });

  it.each<[string, SessionOptions['redact']]>([
    ['throws', () => { throw new Error(SECRET); }],
    ['answers no string', () => 5 as never],
    ['answers a promise', () => Promise.resolve('x') as never],
  ])('should withhold the text where it %s', (_, broken) => {
    const task = taskOf<unknown>([SECRET, text(`${SECRET} x\n${SECRET}`), tool(SECRET, 'started'), result(SECRET)], { redact: broken });
    const all = seenOf(task);
    expect(all).not.toContain(SECRET);
    expect(task.snapshot().outcome).toMatchObject({ type: 'completed', result: '[withheld: redact failed]' });
  });

  it('should withhold a result that cannot be read', () => {
    const value = { get key() { throw new Error('no'); } };
    expect(taskOf<unknown>([result(value)], redact).snapshot().outcome).toMatchObject({ result: '[withheld: redact failed]' });
  });

  it('should not break the order where it ends the task', () => {
    const end = (words: string): string => {
      task.cancel('by redact');
      return words;
    };
    const output = new Subject<AgentOutput | string>();
    const task: Task = taskOf(output, { redact: end });
    const seen = watch(task.events);
    output.next('a\nb');
    expect(seen.at(-2)).toMatchObject({ type: 'cancelled' });
    expect(seen.at(-1)).toBe('|');
    expect(() => { output.next(text('x\n')); }).not.toThrow();
  });

  it('should change nothing where there is none', () => {
    const value = { key: SECRET };
    const task = taskOf<unknown>([SECRET, result(value)]);
    expect((task.snapshot().outcome as unknown as { result: unknown }).result).toBe(value);
    expect(taskOf(concat(of(text(SECRET)), NEVER)).snapshot().preview).toEqual([SECRET]);
  });
});
