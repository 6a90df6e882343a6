import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ElicitRequestSchema, type ElicitRequestFormParams, type ElicitResult } from '@modelcontextprotocol/sdk/types.js';

/** What a person at a host was shown. */
export interface Shown {
  readonly params: ElicitRequestFormParams;
  /** Whether the server has taken it back. */
  isTakenBack: boolean;
  accept(answer: unknown): void;
  act(result: ElicitResult | Error): void;
}

/** The official client with a person who sees everything that is put to them, and does something when a spec says so. */
export function person(capabilities: object = { elicitation: {} }): { readonly client: Client; readonly shown: Shown[] } {
  const client = new Client({ name: 'spec', version: '1' }, { capabilities });
  const shown: Shown[] = [];
  if (!('elicitation' in capabilities)) return { client, shown };
  client.setRequestHandler(ElicitRequestSchema, ({ params: given }, { signal }) => new Promise((resolve, reject) => {
    const params = given as ElicitRequestFormParams;
    const one: Shown = {
      params,
      isTakenBack: false,
      accept: (answer) => { resolve({ action: 'accept', content: { answer: answer as string } }); },
      act: (result) => { if (result instanceof Error) reject(result); else resolve(result); },
    };
    signal.addEventListener('abort', () => { one.isTakenBack = true; });
    shown.push(one);
  }));
  return { client, shown };
}
