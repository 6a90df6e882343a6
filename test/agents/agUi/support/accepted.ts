import { expect, jest } from '@jest/globals';
import { enforceEvents, verifyEvents, type BaseEvent } from '@ag-ui/client';
import { EventSchema } from '@ag-ui/core/schemas';
import { firstValueFrom, from, toArray, type Observable } from 'rxjs';

const ENDS = ['RUN_FINISHED', 'RUN_ERROR'];

/** Expects one whole AG-UI run: plain data that the schemas know every field of, in an order that the client's verifier accepts. */
export async function expectAccepted(events: readonly BaseEvent[]): Promise<void> {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  try {
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
    for (const event of events) EventSchema.parse(event);
    // The client's rxjs is a copy of its own.
    const verified = verifyEvents()(enforceEvents()(from(events) as never)) as unknown as Observable<BaseEvent>;
    expect(await firstValueFrom(verified.pipe(toArray()))).toEqual(events);
    expect(warn.mock.calls).toEqual([]);
  } finally {
    warn.mockRestore();
  }
  expect(events[0]).toMatchObject({ type: 'RUN_STARTED' });
  expect(events.filter(({ type }) => ENDS.includes(type))).toEqual([events.at(-1)]);
}
