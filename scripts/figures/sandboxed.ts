import { existsSync } from 'node:fs';
import { attemptsAs } from '../../test/support/sandbox/attemptsAs.js';
import { bubblewrapTrouble } from '../../test/support/sandbox/bubblewrapTrouble.js';
import { WHO } from '../../test/support/sandbox/who.js';
import type { Figure } from './figure.js';

/** Attempts of a child in bubblewrap that succeed. `npm run test:sandbox` prints them one by one, and installs what they need. */
export async function* sandboxed(): AsyncGenerator<Figure, void, void> {
  for (const { name, uid } of WHO) {
    const what = `sandbox attempts that succeed, as ${name}`;
    const trouble = bubblewrapTrouble(uid) ?? (existsSync('/usr/bin/python3') ? undefined : 'there is no /usr/bin/python3');
    if (trouble !== undefined) {
      yield { what, seen: `skipped, ${trouble}`, must: '0', holds: true };
      continue;
    }
    const seen = await attemptsAs(uid, 'sandbox');
    const done = seen.filter(({ succeeded, isClear }) => succeeded || !isClear).map((each) => each.name);
    yield { what, seen: `${done.length} of ${seen.length} ${done.join(', ')}`.trim(), must: '0', holds: done.length === 0 };
  }
}
