import { afterAll, describe, expect, it } from '@jest/globals';
import { makeDirectory } from './support/makeDirectory.js';
import { runExample, runExampleWith } from './support/runExample.js';
import type { Report } from '../../examples/parent/report.js';
import { createModelServer } from '../support/modelServer/createModelServer.js';
import type { ModelRequest, Script } from '../support/modelServer/script.js';
import { wordsOf } from '../support/modelServer/wordsOf.js';

const notes = makeDirectory({
  'README.md': '# Harbour notes\n\nAbout the harbour, its lighthouse keepers and the spring tides.\n',
  'rules.md': '# Lighthouse keepers\n\nLighthouse keepers watch the harbour at spring tides.\n\nKeepers sleep by day.\n',
  'log/april.md': '# April\n\nThe lighthouse keepers saw spring tides. The harbour flooded.\n',
});
afterAll(notes.remove);

const toolAnswers = ({ messages }: ModelRequest): readonly string[] => messages.filter(({ role }) => role === 'tool').map(wordsOf);

/** Searches, reads around the best place, and answers with that line when the parent has done something, so that there is a mid-run. */
const researchUntil = (done: (tool: string) => Promise<void>): Script => async (request) => {
  const [found, read] = toolAnswers(request);
  if (read !== undefined) await done('steer_task');
  if (found === undefined) return { say: ['I look', ' for it'], call: [{ name: 'search', input: { words: 'keepers harbour tides' } }] };
  const [, path = '', line = ''] = /^(.+?):(\d+) {2}/m.exec(found) ?? [];
  const input = { path, from: Number(line), to: Number(line) };
  if (read === undefined) return { say: `${found}\n`, call: [{ name: 'read_lines', input }] };
  const told = request.messages.filter(({ role }) => role === 'user').slice(1).map((message) => `(${wordsOf(message)})`);
  return { say: ['The keepers', ' do it.\n', `${path}:${read}`, ...told.map((words) => `\n${words}`)] };
};
const research = researchUntil(() => Promise.resolve());

describe('three researchers that are models', () => {
  it('should search, read, be steered, be cancelled and answer with true citations', async () => {
    const work = researchUntil((tool) => run.printed(`"${tool}"`));
    // The fourth, whose question is of what is still to do, is at work until it is cancelled.
    await using server = await createModelServer({ script: (request) =>
      request.messages.some((message) => wordsOf(message).includes('TODO')) ? new Promise<never>(() => undefined) : work(request) });
    const environment = { SIDESTREAM_MODEL: 'loopback', OPENAI_BASE_URL: server.url };
    const run = runExampleWith(environment, '01-three-researchers', notes.path, '--json');
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { report } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { readonly report: Report };

    expect(report.questions.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed', 'cancelled']);
    for (const { answer, citations } of report.questions.slice(0, 3)) {
      expect(answer).toBe('The keepers do it.');
      expect(citations).toHaveLength(1);
    }
    expect(report.citations).toEqual({ checked: 3, found: 3 });
    expect(report.questions[1]).toMatchObject({ steered: expect.stringMatching(/^only /) });
    expect(server.visits[0]!.tools).toEqual(['search', 'read_lines']);
    expect(server.visits.some((visit) => toolAnswers(visit).some((text) => /^\d+ {2}/.test(text)))).toBe(true);
    expect(server.open).toBe(0);
  });

  it('should say which model it is, and without one how to use one', async () => {
    await using server = await createModelServer({ script: research });
    const [with_, without] = await Promise.all([
      runExampleWith({ SIDESTREAM_MODEL: 'loopback', OPENAI_BASE_URL: server.url }, '01-three-researchers', notes.path).ended,
      runExample('01-three-researchers', notes.path, '--pace', '0').ended,
    ]);
    expect(with_.stdout).toContain(`Each researcher is loopback at ${server.url}.`);
    expect(with_.stdout).not.toContain('Set SIDESTREAM_MODEL');
    expect(without.stdout).toContain('\nSet SIDESTREAM_MODEL and OPENAI_BASE_URL (or OPENAI_API_KEY) to run it with model children.\n');
  });

  it('should say in its report why there is no answer', async () => {
    await using server = await createModelServer({ script: () => ({ status: 401, message: 'bad key' }) });
    const environment = { SIDESTREAM_MODEL: 'loopback', OPENAI_BASE_URL: server.url };
    const { code, stdout } = await runExampleWith(environment, '01-three-researchers', notes.path, '--json').ended;
    const { report } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { readonly report: Report };

    expect(code).toBe(1);
    expect(report.questions.slice(0, 3).map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    expect(report.questions[0]!.answer).toContain('refused the key (401): bad key');
  });

  it('should say so where it first looks in', async () => {
    await using server = await createModelServer({ script: () => ({ status: 401, message: 'bad key' }) });
    const environment = { SIDESTREAM_MODEL: 'loopback', OPENAI_BASE_URL: server.url };
    const { code, stdout } = await runExampleWith(environment, '01-three-researchers', notes.path).ended;

    expect(code).toBe(1);
    expect(stdout).toMatch(/check_task .*\n.*failed after [\d.]+ s, 0 lines printed: .*refused the key \(401\): bad key/);
  });
});
