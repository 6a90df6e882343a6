import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { capabilities } from '../support/agents/capabilities/index.js';
import { agents } from '../support/agents/setups/index.js';
import { createStage } from '../support/agents/stage.js';
import { chosenOf } from '../support/matrix/chosenOf.js';
import { playCell } from '../support/matrix/playCell.js';
import type { Subject } from '../support/matrix/results.js';
import { resultsFile } from '../support/matrix/resultsFile.js';

const installed = process.env['SIDESTREAM_INSTALLED'] ?? '';
const results = resultsFile(process.env['SIDESTREAM_RESULTS'] ?? 'build/matrix/agents.json');
const { subjects, rows } = chosenOf(agents, capabilities);

describe.each(subjects)('$name', (agent) => {
  let subject: Subject;
  beforeAll(async () => {
    const manifest = JSON.parse(await readFile(join(installed, agent.id, 'node_modules', agent.package, 'package.json'), 'utf8'));
    const node = agent.node === 22 ? JSON.parse(await readFile(join(installed, 'node-22/node_modules/node/package.json'), 'utf8')).version
      : agent.script === undefined ? undefined : process.versions.node;
    const { id, name, package: from } = agent;
    subject = { id, name, package: from, version: manifest.version, ...node === undefined ? {} : { node } };
  });

  it('should be the version that the docs name', () => {
    expect(subject).toMatchObject({ version: agent.seen });
  });

  it.each(rows)('$title', async (capability) => {
    await using stage = await createStage(agent, installed);
    await playCell(results, subject, capabilities, capability, { play: () => capability.play(stage), traffic: stage.traffic });
  }, 600_000);
});
