import { LIST_ENTRIES, NASTY, TEXT_ENTRIES } from '../../test/support/linear/entries.js';
import { ALLOWED, growthOf } from '../../test/support/linear/growthOf.js';
import type { Figure } from './figure.js';

/** What twice the input costs, at worst, of all that comes from children, models and peers. */
export async function* linear(): AsyncGenerator<Figure, void, void> {
  let worst = { ratio: 0, at: 0, of: '' };
  for (const [of, read] of TEXT_ENTRIES) {
    for (const [what, part] of NASTY) {
      const growth = await growthOf((size) => read(`${part.repeat(size / part.length)}x`));
      if (growth.ratio > worst.ratio) worst = { ...growth, of: `${of}, ${what}` };
    }
  }
  for (const [of, read] of LIST_ENTRIES) {
    const growth = await growthOf(read);
    if (growth.ratio > worst.ratio) worst = { ...growth, of };
  }
  const { ratio, at, of } = worst;
  yield {
    what: `CPU for twice the input, ${TEXT_ENTRIES.length} entries for text × ${NASTY.length} texts and ${LIST_ENTRIES.length} for lists, `
      + '10 kB to 1 MB, at worst',
    seen: `${ratio.toFixed(2)} × (${of}, ${at})`, must: `≤ ${ALLOWED} ×`, holds: ratio <= ALLOWED,
  };
}
