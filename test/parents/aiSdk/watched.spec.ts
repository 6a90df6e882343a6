import { describe, expect, it } from '@jest/globals';
import { watched } from '../../../src/parents/aiSdk/watched.js';

type Part = { readonly type: string; readonly error?: unknown };

interface Model {
  readonly name: string;
  nameOf(): string;
  doStream(): Promise<{ readonly stream: ReadableStream<Part> }>;
}

/** A model with a stream of these parts, and what its watcher hears. */
function watch(parts: readonly Part[], then: 'ends' | 'stays' | 'breaks' = 'ends') {
  const heard: unknown[] = [];
  let cancelled: unknown;
  class Streaming {
    readonly #name = 'private';
    readonly name = 'streaming';
    nameOf() { return this.#name; }
    async doStream() {
      return { stream: new ReadableStream<Part>({
        start: (controller) => {
          for (const part of parts) controller.enqueue(part);
          if (then === 'ends') controller.close();
          if (then === 'breaks') setTimeout(() => controller.error(new Error('broken')), 5);
        },
        cancel: (reason) => { cancelled = reason; },
      }) };
    }
  }
  const model = watched(new Streaming() as never, {
    sent: () => heard.push('sent'), called: () => undefined, answered: () => heard.push('answered'), failed: (error) => heard.push(error),
  }) as unknown as Model;
  return { model, heard, cancelled: () => cancelled };
}

const read = async (model: Model): Promise<string[]> => {
  const types: string[] = [];
  for await (const { type } of (await model.doStream()).stream) types.push(type);
  return types;
};

describe('watched', () => {
  it('should be the same model, also where it keeps something private', () => {
    const { model } = watch([]);
    expect([model.name, model.nameOf()]).toEqual(['streaming', 'private']);
  });

  it('should hear of the end of an answer, and change nothing of it', async () => {
    const { model, heard } = watch([{ type: 'text-delta' }, { type: 'finish' }]);
    expect(await read(model)).toEqual(['text-delta', 'finish']);
    expect(heard).toEqual(['sent', 'answered']);
  });

  it('should hear of an error in the answer, and of no end behind it', async () => {
    const { model, heard } = watch([{ type: 'error', error: 'overloaded' }, { type: 'finish' }]);
    await read(model);
    expect(heard).toEqual(['sent', 'overloaded']);
  });

  it('should hear of an answer without an end', async () => {
    const { model, heard } = watch([{ type: 'text-delta' }]);
    await read(model);
    expect(heard).toEqual(['sent', new Error('The answer was cut off.')]);
  });

  it('should hear of a stream that breaks', async () => {
    const { model, heard } = watch([{ type: 'text-delta' }], 'breaks');
    await expect(read(model)).rejects.toThrow('broken');
    expect(heard).toEqual(['sent', new Error('broken')]);
  });

  it('should hear that nobody reads on, and let the model know', async () => {
    const { model, heard, cancelled } = watch([{ type: 'text-delta' }], 'stays');
    const reader = (await model.doStream()).stream.getReader();
    await reader.read();
    await reader.cancel('enough');
    expect([heard, cancelled()]).toEqual([['sent', 'enough'], 'enough']);
  });
});
