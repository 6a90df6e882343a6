import { expect } from '@jest/globals';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';

/**
 * A marble test in virtual time: notifications are compared deeply, classes included.
 *
 * Only for a synchronous test: what an async one asserts after its first `await` would pass unseen, so a promise is refused here.
 */
export function marbles(test: (helpers: RunHelpers) => unknown): void {
  const scheduler = new TestScheduler((actual, expected) => { expect(actual).toStrictEqual(expected); });
  scheduler.run((helpers) => {
    if (test(helpers) !== undefined) throw new Error('A marble test has to be synchronous and to return nothing.');
  });
}
