import type { AbstractAgent, HttpAgent } from '@ag-ui/client';
import { AgentError, NotStartedError } from '../../../core/errors.js';
import { withoutSecrets } from '../../../core/withoutSecrets.js';
import { describeError } from '../events/describeError.js';

/**
 * Makes the requests of an `HttpAgent` tell what became of them: one that never reached its server apart from one that was cut.
 *
 * It also keeps a cut connection from ending the process: `@ag-ui/client` 1.0 cancels the reader of a broken body and lets the
 * rejection of that go unhandled. What is no `HttpAgent` is left as it is.
 */
export function guardFetch(agent: AbstractAgent): void {
  const http = agent as AbstractAgent & Pick<Partial<HttpAgent>, 'fetch' | 'url'>;
  const { fetch, url } = http;
  if (typeof fetch !== 'function' || typeof url !== 'string') return;
  http.fetch = async (to, init) => {
    const aborted = (): boolean => init.signal?.aborted === true;
    const response = await fetch.call(agent, to, init).catch((thrown: unknown) => {
      if (aborted()) throw thrown;
      throw new NotStartedError(
        `The AG-UI agent at ${placeOf(to)} cannot be reached: ${describeError(thrown)}. Check that it runs and that the url is right.`,
        { cause: thrown },
      );
    });
    if (response.body) guardBody(response.body, (thrown) => aborted() ? thrown : new AgentError(
      `The connection to the AG-UI agent at ${placeOf(to)} was cut before its run was finished: ${describeError(thrown)}.`,
      { cause: thrown },
    ));
    return response;
  };
}

/** Where it is: what stands before it in a URL, and behind, may be a secret. */
function placeOf(to: string): string {
  if (!URL.canParse(to)) return withoutSecrets(to);
  const { protocol, host, pathname } = new URL(to);
  return `${protocol}//${host}${pathname}`;
}

function guardBody(body: ReadableStream<Uint8Array>, told: (thrown: unknown) => unknown): void {
  const getReader = body.getReader.bind(body) as () => ReadableStreamDefaultReader<Uint8Array>;
  (body as { getReader: typeof getReader }).getReader = () => {
    const reader = getReader();
    const read = reader.read.bind(reader);
    const cancel = reader.cancel.bind(reader);
    reader.read = () => read().catch((thrown: unknown) => { throw told(thrown); });
    reader.cancel = (reason?: unknown) => cancel(reason).catch(() => undefined);
    return reader;
  };
}
