import { existsSync } from 'node:fs';
import { resultsFile } from '../../test/support/matrix/resultsFile.js';
import type { Figure } from './figure.js';

/** What real agents and hosts failed at in the last run of each matrix, which is opt-in: it needs them installed. */
export async function* matrix(): AsyncGenerator<Figure, void, void> {
  for (const name of ['agents', 'hosts']) {
    const file = `build/matrix/${name}.json`;
    const what = `${name} × capabilities in the matrix: ✗ (npm run test:${name})`;
    const must = '0, or the agent\'s own fault, shown with its traffic';
    if (!existsSync(file)) {
      yield { what, seen: 'not run here', must, holds: true };
      continue;
    }
    const { cells } = resultsFile(file).read();
    const failed = cells.filter(({ mark }) => mark === '✗');
    const days = [...new Set(cells.map(({ at }) => at.slice(0, 10)))].sort();
    yield {
      what, must,
      seen: [
        `${failed.length} of ${cells.length} (${days.join(', ')})`,
        ...failed.map(({ subject, capability, traffic }) => `\n    ${subject} × ${capability}: ${traffic ?? 'no traffic'}`),
      ].join(''),
      holds: failed.every(({ traffic }) => traffic !== undefined),
    };
  }
}
