import { beforeAll, describe, expect, it } from '@jest/globals';
import { capabilities } from '../support/agents/capabilities/index.js';
import { agents } from '../support/agents/setups/index.js';
import { createStage } from '../support/agents/stage.js';
import { chosenOf } from '../support/matrix/chosenOf.js';
import { subjectOf } from '../support/matrix/installed.js';
import { playCell } from '../support/matrix/playCell.js';
import type { Subject } from '../support/matrix/results.js';
import { resultsFile } from '../support/matrix/resultsFile.js';

const installed = process.env['SIDESTREAM_INSTALLED'] ?? '';
const results = resultsFile(process.env['SIDESTREAM_RESULTS'] ?? 'build/matrix/agents.json');
const only = (process.env['SIDESTREAM_ONLY'] ?? '').split(',').filter((id) => id !== '');
const { subjects, rows } = chosenOf(agents, capabilities, only);

describe.each(subjects)('$name', (agent) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await subjectOf(installed, agent);
  });

  it('should be the version that the docs name', () => {
    expect(subject).toMatchObject({ version: agent.seen });
  });

  it.each(rows)('$title', async (capability) => {
    await using stage = await createStage(agent, installed);
    await playCell(results, subject, capabilities, capability, { play: () => capability.play(stage), traffic: stage.traffic });
  }, 600_000);
});
