import { Worker } from 'node:worker_threads';
import type { TaskId } from '../../../core/events.js';
import type { Fact, Kept, Page, StoreOpening } from '../../../core/store.js';
import { StoreLostError } from '../../../core/storeErrors.js';
import { joined } from '../../withPage.js';
import { errorOf, type Answer, type Assignment, type Pages, type Request } from './messages.js';

type Asked = Request extends infer R ? R extends { readonly call: number } ? Omit<R, 'call'> : never : never;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Milliseconds in which pages go with something else: a message of their own costs more than they do. */
const BESIDE = 20;

/** In this repository it is TypeScript that runs, which a new thread does not read by itself. */
const SOURCE = `
  import('tsx/esm/api').then(({ register }) => {
    register();
    return import(${JSON.stringify(new URL('./worker.ts', import.meta.url).href)});
  });
`;

/** Speaks with the thread that keeps a file. It holds the process up only while something is asked of it. */
export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #pages = new Map<TaskId, Page>();
  #printing: NodeJS.Timeout | undefined;
  #calls = 0;
  #trouble: unknown;
  #isOver = false;

  constructor(readonly assignment: Assignment) {
    this.#worker = import.meta.url.endsWith('.ts') ? new Worker(SOURCE, { eval: true, workerData: assignment })
      : new Worker(new URL('./worker.js', import.meta.url), { workerData: assignment });
    this.#worker.on('message', ({ call, value, error }: Answer) => {
      const waiting = this.#waiting.get(call);
      this.#waiting.delete(call);
      if (this.#waiting.size === 0) this.#worker.unref();
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(errorOf(error));
    });
    this.#worker.on('error', (error) => { this.#trouble = error; });
    this.#worker.on('exit', () => {
      this.#isOver = true;
      for (const { reject } of this.#waiting.values()) reject(this.#lost());
      this.#waiting.clear();
    });
    this.#worker.unref();
  }

  open(by: StoreOpening): Promise<Kept> {
    return this.#ask({ type: 'open', by }) as Promise<Kept>;
  }

  async commit(facts: readonly Fact[]): Promise<void> {
    await this.#ask({ type: 'commit', facts, pages: this.#taken() });
  }

  print(id: TaskId, page: Page): void {
    const before = this.#pages.get(id);
    this.#pages.set(id, before === undefined ? page : joined(before, page));
    this.#printing ??= setTimeout(() => {
      if (!this.#isOver) this.#worker.postMessage({ type: 'print', pages: this.#taken() } satisfies Request);
    }, BESIDE).unref();
  }

  async close(): Promise<void> {
    try {
      if (!this.#isOver) await this.#ask({ type: 'close', pages: this.#taken() });
    } finally {
      await this.#worker.terminate();
    }
  }

  #taken(): Pages {
    clearTimeout(this.#printing);
    this.#printing = undefined;
    const pages = [...this.#pages];
    this.#pages.clear();
    return pages;
  }

  async #ask(request: Asked): Promise<unknown> {
    if (this.#isOver) throw this.#lost();
    const call = this.#calls += 1;
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ ...request, call } satisfies Request);
      this.#waiting.set(call, { resolve, reject });
      this.#worker.ref();
    });
  }

  #lost(): StoreLostError {
    const why = this.#trouble instanceof Error ? `: ${this.#trouble.message}` : '';
    return new StoreLostError(`The thread that kept ${this.assignment.name} has ended${why}. Open it anew.`, { cause: this.#trouble });
  }
}

/** Opens a file in a thread of its own. */
export async function openThread(
  assignment: Assignment, by: StoreOpening,
): Promise<{ readonly thread: Thread; readonly kept: Kept }> {
  const thread = new Thread(assignment);
  try {
    return { thread, kept: await thread.open(by) };
  } catch (error) {
    await thread.close();
    throw error;
  }
}

