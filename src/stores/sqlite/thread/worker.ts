/* The thread that keeps a file where each commit waits for the disk. It ends with its store. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Keeper } from '../keeper.js';
import { openHere } from '../openHere.js';
import { written, type Answer, type Assignment, type Pages, type Request } from './messages.js';

const { name, path, wasThere, settings } = workerData as Assignment;
const port = parentPort!;
let keeper: Keeper | undefined;

function print(pages: Pages): void {
  for (const [id, page] of pages) keeper?.print(id, page);
}

async function answer(request: Exclude<Request, { readonly type: 'print' }>): Promise<unknown> {
  switch (request.type) {
    case 'open': {
      const opened = await openHere({ name, path, handle: undefined }, { wasThere }, settings, request.by);
      ({ keeper } = opened);
      return opened.kept;
    }
    case 'commit':
      print(request.pages);
      keeper!.commit(request.facts);
      return undefined;
    case 'close':
      print(request.pages);
      keeper?.close();
      keeper?.connection.end();
      return undefined;
  }
}

port.on('message', (request: Request) => {
  if (request.type === 'print') {
    print(request.pages);
    return;
  }
  const { call } = request;
  void answer(request).then(
    (value) => port.postMessage({ call, value } satisfies Answer),
    (error: unknown) => port.postMessage({ call, error: written(error) } satisfies Answer),
  );
});
