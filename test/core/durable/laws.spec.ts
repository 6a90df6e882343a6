import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { closesSubtree } from '../../support/laws/checks/closesSubtree.js';
import { endsOnce } from '../../support/laws/checks/endsOnce.js';
import { lateSeesSuffix } from '../../support/laws/checks/lateSeesSuffix.js';
import { neverErrors } from '../../support/laws/checks/neverErrors.js';
import { nothingFollows } from '../../support/laws/checks/nothingFollows.js';
import { nothingHangs } from '../../support/laws/checks/nothingHangs.js';
import { nothingLeft } from '../../support/laws/checks/nothingLeft.js';
import { oneOrder } from '../../support/laws/checks/oneOrder.js';
import { histories } from '../../support/laws/histories.js';
import { play, timesLawRuns, withStillClock } from '../../support/laws/play.js';

// Steering has its own rare order of two hand-overs; `LAW_STORE=memory npm run specs -- test/laws` plays all laws so.
const LAWS = [closesSubtree, endsOnce, lateSeesSuffix, neverErrors, nothingFollows, nothingHangs, nothingLeft, oneOrder];

describe('a session over a store that keeps at once', () => {
  const numRuns = timesLawRuns(150);

  it(`should hold the laws of every session, on ${numRuns} random schedules`, async () => {
    const holds = fc.asyncProperty(histories({}), async (history) => { await play(history, LAWS, true); });
    await withStillClock(() => fc.assert(holds, { numRuns }));
  });
});
