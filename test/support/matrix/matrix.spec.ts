import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chosenOf } from './chosenOf.js';
import { DoesNotApply } from './doesNotApply.js';
import { playCell } from './playCell.js';
import type { Subject } from './results.js';
import { resultsFile, type ResultsFile } from './resultsFile.js';
import { tableOf } from './tableOf.js';

const capabilities = [{ id: 'start', title: 'starts' }, { id: 'stop', title: 'stops' }];
const agent: Subject = { id: 'agent', name: 'Agent', package: 'agent', version: '1.0.0', node: '22.1.0' };
const BIN = '/tmp/sidestream-real-a1/bin';
const traffic = () => Promise.resolve({ frames: [{ method: 'initialize' }], requests: [{ index: 0 }] });

describe('a matrix', () => {
  let folder: string;
  let results: ResultsFile;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidestream-matrix-'));
    results = resultsFile(join(folder, 'agents.json'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const play = (row: number, how: () => Promise<string | undefined>, subject = agent): Promise<void> =>
    playCell(results, subject, capabilities, capabilities[row]!, { play: how, traffic });
  const fails = (row: number, subject = agent): Promise<unknown> =>
    expect(play(row, () => Promise.reject(new Error(`no\nanswer of ${BIN}/agent`)), subject)).rejects.toThrow('no\nanswer');
  const marks = (): readonly string[] => results.read().cells.map(({ subject, capability, mark }) => `${subject} ${capability} ${mark}`);

  it('should keep what was seen, what failed and what does not apply, with the reasons', async () => {
    await play(0, () => Promise.resolve('in a second'));
    await play(1, () => Promise.reject(new DoesNotApply('It never stops.')));
    expect(results.read()).toMatchObject({
      subjects: [agent], capabilities,
      cells: [
        { subject: 'agent', capability: 'start', mark: '✓', note: 'in a second' },
        { subject: 'agent', capability: 'stop', mark: '–', note: 'It never stops.' },
      ],
    });
  });

  it('should keep the traffic of a failure, throw it, and let it go with the failure', async () => {
    const file = join(folder, 'agents/agent.start.json');
    await fails(0);
    expect(results.read().cells).toMatchObject([{ mark: '✗', note: 'no answer of agent', traffic: 'agent.start.json' }]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(await traffic());
    await play(0, () => Promise.resolve(undefined));
    expect(marks()).toEqual(['agent start ✓']);
    expect(existsSync(file)).toBe(false);
  });

  it('should not turn red by a fault of the subject\'s own, and turn red when that is gone', async () => {
    const known = (how: () => Promise<string | undefined>) =>
      playCell(results, agent, capabilities, capabilities[0]!, { play: how, traffic }, 'It never starts.');
    await known(() => Promise.reject(new Error('no answer')));
    expect(results.read().cells).toMatchObject([
      { mark: '✗', note: 'Its own fault: It never starts. no answer', traffic: 'agent.start.json' },
    ]);
    await expect(known(() => Promise.resolve(undefined))).rejects.toThrow('take it off the list');
    expect(marks()).toEqual(['agent start ✓']);
  });

  it('should replace the cells that are played again, and drop those of another version', async () => {
    const other = { ...agent, id: 'other' };
    await play(0, () => Promise.resolve(undefined));
    await fails(1);
    await play(1, () => Promise.resolve(undefined), other);
    await play(1, () => Promise.resolve(undefined));
    expect(marks()).toEqual(['agent start ✓', 'other stop ✓', 'agent stop ✓']);
    await play(0, () => Promise.resolve(undefined), { ...agent, version: '1.0.1' });
    expect(marks()).toEqual(['other stop ✓', 'agent start ✓']);
  });

  it('should be written as a table, whose notes name the traffic', async () => {
    await play(0, () => Promise.resolve('in a second'));
    await fails(1);
    const table = tableOf(results.read(), ['agent', 'nobody'], (file) => `[${file}](traffic/${file})`);
    expect(table.split('\n').slice(2)).toEqual([
      '|  | Agent 1.0.0 (Node 22) |',
      '| --- | --- |',
      '| starts | ✓ 1 |',
      '| stops | ✗ 2 |',
      '',
      '1. in a second',
      '2. no answer of agent What was said: [agent.stop.json](traffic/agent.stop.json)',
    ]);
  });

  it('should be run in part, and say what there is where a name is unknown', () => {
    const subjects = [agent, { ...agent, id: 'other' }];
    const idsOf = (...only: readonly string[]) => {
      const { subjects: some, rows } = chosenOf(subjects, capabilities, only);
      return [some, rows].map((each) => each.map(({ id }) => id).join());
    };
    expect(idsOf()).toEqual(['agent,other', 'start,stop']);
    expect(idsOf('other')).toEqual(['other', 'start,stop']);
    expect(idsOf('stop', 'other')).toEqual(['other', 'stop']);
    expect(() => idsOf('steer')).toThrow('There is no steer in this matrix. Columns: agent, other. Rows: start, stop.');
  });
});
