import { spendFrom } from '../../test/support/spenders.js';
import type { Figure } from './figure.js';

const COST = 10;
const BUDGETS = 500;

/** Ten children of one session spend in one frame, over and over, from each budget of 1 to 500 tokens, ten a call. */
export function* budgets(): Generator<Figure, void, void> {
  const blind = Array.from({ length: BUDGETS }, (_, n) => spendFrom(n + 1, COST, false));
  const sighted = Array.from({ length: BUDGETS }, (_, n) => spendFrom(n + 1, COST, true));
  const most = Math.max(...blind.map(({ over }) => over));
  yield {
    what: 'tokens spent over a budget when 10 children spend in one frame, and know nothing of their first call',
    seen: `${most}`, must: `under ${10 * COST}: at most one call each already under way`, holds: most < 10 * COST,
  };
  const known = Math.max(...sighted.map(({ over }) => over));
  yield { what: 'the same, where each call has reserved what it costs', seen: `${known}`, must: '0', holds: known === 0 };
  const late = [...blind, ...sighted].reduce((sum, one) => sum + one.late, 0);
  yield { what: `calls made when one of ${2 * BUDGETS} budgets was broken`, seen: `${late}`, must: '0', holds: late === 0 };
  const others = [...blind, ...sighted].reduce((sum, one) => sum + one.others, 0);
  yield { what: 'children that ended otherwise than as budget_exceeded', seen: `${others}`, must: '0', holds: others === 0 };
}
