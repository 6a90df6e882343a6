import { beforeAll, describe, expect, it } from '@jest/globals';
import { capabilities } from '../support/hosts/capabilities.js';
import { inspectorLooks } from '../support/hosts/inspectorLooks.js';
import { playHostWork, type Played } from '../support/hosts/playHostWork.js';
import { hosts } from '../support/hosts/setups/index.js';
import { inspector } from '../support/hosts/setups/inspector.js';
import { chosenOf } from '../support/matrix/chosenOf.js';
import { subjectOf } from '../support/matrix/installed.js';
import { playCell } from '../support/matrix/playCell.js';
import type { Subject } from '../support/matrix/results.js';
import { resultsFile } from '../support/matrix/resultsFile.js';

const installed = process.env['SIDESTREAM_INSTALLED'] ?? '';
const results = resultsFile(process.env['SIDESTREAM_RESULTS'] ?? 'build/matrix/hosts.json');
const only = (process.env['SIDESTREAM_ONLY'] ?? '').split(',').filter((id) => id !== '');
const { subjects, rows } = chosenOf([...hosts, inspector], capabilities, only);

describe.each(subjects)('$name', (chosen) => {
  const host = hosts.find(({ id }) => id === chosen.id);
  let subject: Subject;
  let played: Promise<Played> | undefined;
  beforeAll(async () => { subject = await subjectOf(installed, chosen); });

  it('should be the version that the docs name', () => {
    expect(subject).toMatchObject({ version: chosen.seen });
  });

  it.each(rows)('$title', async (row) => {
    const witnessed: string[] = [];
    await playCell(results, subject, capabilities, row, {
      play: () => host === undefined
        ? inspectorLooks(row.id, installed)
        : row.look(host, installed, () => played ??= playHostWork(host, installed), (line) => { witnessed.push(line); }),
      async traffic() {
        if (witnessed.length > 0) return { frames: witnessed, requests: [] };
        const all = await played?.catch(() => undefined);
        return { frames: all === undefined ? [] : all.output.split('\n').slice(-200), requests: all?.requests ?? [] };
      },
    });
  }, 600_000);
});
