import { getEncoding } from 'js-tiktoken';
import { Subject } from 'rxjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSession } from 'sidestream';
import { createInbox } from 'sidestream/inbox';
import type { Figure } from './figure.js';
import { runSpecs } from './runSpecs.js';

const ENDINGS = 500;

/** Lets 500 tasks end, and says how often and when the parent was told of how many. */
async function told(busy: boolean): Promise<readonly { readonly after: number; readonly count: number; readonly tokens: number }[]> {
  await using session = createSession({ maxRunning: Infinity });
  const ends: Subject<string>[] = [];
  for (let n = 0; n < ENDINGS; n++) {
    const end = new Subject<string>();
    ends.push(end);
    session.delegate(() => end, { goal: `${n}` });
  }
  const boundary = new Subject<void>();
  const encoding = getEncoding('o200k_base');
  const seen: { after: number; count: number; tokens: number }[] = [];
  const inbox = createInbox(session);
  const began = performance.now();
  inbox.batches(busy ? { boundary } : {}).subscribe((batch) => {
    seen.push({ after: performance.now() - began, count: batch.completions.length, tokens: encoding.encode(batch.text).length });
    batch.acknowledge();
  });
  for (const end of ends) {
    end.next('done');
    end.complete();
    await sleep(1);
  }
  await sleep(1_000);
  if (busy) boundary.next();
  return seen;
}

/** How a parent hears of what has ended. */
export async function* inbox(): AsyncGenerator<Figure, void, void> {
  const { passed, tests } = runSpecs('test/laws/11', { LAW_RUNS: '5' });
  yield {
    what: 'lost or doubled completions in 20 000 random schedules of endings, reads, boundaries, leases, failing handlers (test/laws/11)',
    seen: passed ? `0 (${tests})` : tests, must: '0', holds: passed,
  };
  const idle = await told(false);
  const [first] = idle;
  yield {
    what: `wake-ups of an idle parent by ${ENDINGS} endings in a row, a millisecond apart`,
    seen: idle.map(({ after, count }) => `${count} after ${after.toFixed(0)} ms`).join(', '),
    must: '1 within 1 s',
    holds: idle.length === 1 && first!.after <= 1_000 && first!.count === ENDINGS,
  };
  yield {
    what: 'tokens that it is told by these (o200k_base)',
    seen: idle.map(({ tokens }) => `${tokens}`).join(', '), must: '≤ 4 000',
    holds: idle.reduce((sum, { tokens }) => sum + tokens, 0) <= 4_000,
  };
  const busy = await told(true);
  yield {
    what: `tellings of a busy parent of ${ENDINGS} endings, with one boundary after them`,
    seen: busy.map(({ count }) => `${count}`).join(', '), must: `${ENDINGS} at the boundary`,
    holds: busy.length === 1 && busy[0]!.count === ENDINGS,
  };
}
