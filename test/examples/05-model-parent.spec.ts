import { afterAll, describe, expect, it } from '@jest/globals';
import { makeDirectory } from './support/makeDirectory.js';
import { runExampleWith } from './support/runExample.js';
import { createModelServer } from '../support/modelServer/createModelServer.js';
import type { ModelRequest, Script, Turn } from '../support/modelServer/script.js';
import { wordsOf } from '../support/modelServer/wordsOf.js';
import { until } from '../support/until.js';

const notes = makeDirectory({
  'README.md': '# Harbour notes\n\nAbout the harbour, its lighthouse keepers and the spring tides.\n',
  'rules.md': '# Lighthouse keepers\n\nLighthouse keepers watch the harbour at spring tides.\n\nKeepers sleep by day.\n',
  'log/april.md': '# April\n\nThe lighthouse keepers saw spring tides. The harbour flooded.\n',
});
afterAll(notes.remove);

const said = ({ messages }: ModelRequest, role: string): readonly string[] =>
  messages.filter((message) => message.role === role).map(wordsOf);
const idsIn = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => [...text.matchAll(/"task_id":"([\w-]+)"/g)].map(([, id]) => id!));

/** What it was told of by the inbox so far, in the order of the telling. */
const told = (request: ModelRequest): readonly string[] =>
  idsIn(said(request, 'user').filter((text) => /background tasks? ha(s|ve) ended/.test(text)));

/** How far the parent is: how many answers it has, and how many ends it has been told of. */
const parent = { answers: 0, ends: 0 };

/** The parent: starts three, looks in, steers the second, and answers when it has been told of all. */
function lead(request: ModelRequest): Turn {
  const answers = said(request, 'tool');
  parent.answers = answers.length;
  parent.ends = new Set(told(request)).size;
  const ids = idsIn(answers.slice(0, 3));
  if (answers.length === 0) {
    const questions = said(request, 'user')[0]!.split('\n').slice(1).map((line) => line.replace(/^\d\. /, ''));
    return { call: questions.map((goal) => ({ name: 'delegate_task_async', input: { goal } })) };
  }
  if (answers.length === 3) return { call: [{ name: 'check_task', input: { task_id: ids[0] } }] };
  if (answers.length === 4) return { call: [{ name: 'steer_task', input: { task_id: ids[1], message: 'only log' } }] };
  const known = new Set(told(request));
  return { say: known.size < 3 ? `I wait for ${3 - known.size} more.` : `REPORT on ${[...known].sort().join(', ')}` };
}

let researched = 0;

/** A researcher: is at work until the second has been steered, and repeats what it was told in mid-run. */
const research = async (request: ModelRequest): Promise<Turn> => {
  if (said(request, 'tool').length === 0) {
    await until(() => parent.answers >= 5);
    return { call: [{ name: 'search', input: { words: 'keepers' } }] };
  }
  // One after the other, so that the parent is woken more than once.
  const before = researched++;
  await until(() => parent.ends >= before);
  return { say: ['The keepers do it.', ...said(request, 'user').slice(1).map((words) => `\n(${words})`)] };
};

describe('a model as the parent', () => {
  it('should start three, steer one, be told of each end once, and write the report', async () => {
    const script: Script = (request) => request.tools.includes('steer_task') ? lead(request) : research(request);
    await using server = await createModelServer({ script });
    const environment = { SIDESTREAM_MODEL: 'loopback', OPENAI_BASE_URL: server.url };
    const { code, stdout, stderr } = await runExampleWith(environment, '05-model-parent', notes.path).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

    const parents = server.visits.filter(({ tools }) => tools.includes('steer_task'));
    expect(parents[0]!.tools).toEqual([
      'delegate_task_async', 'check_task', 'collect_task', 'steer_task', 'answer_task', 'cancel_task', 'list_tasks',
    ]);
    // In its last request stands everything that it was told: each end once.
    const ends = told(parents.at(-1)!);
    expect(ends).toHaveLength(3);
    expect(new Set(ends).size).toBe(3);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`REPORT on ${[...ends].sort().join(', ')}`);
    expect(stdout).toMatch(/→ steer_task .*only log/);
    expect(stdout).toMatch(/woken: researcher-\w+ completed/);
    // The one that was steered said so, and the parent has it.
    expect(said(parents.at(-1)!, 'user').join('\n')).toContain('(only log)');
    expect(server.open).toBe(0);
  });

  it('should say how to use a model where none is named', async () => {
    const { code, stderr } = await runExampleWith({ SIDESTREAM_MODEL: '' }, '05-model-parent').ended;
    const how = 'Set SIDESTREAM_MODEL and OPENAI_BASE_URL (or OPENAI_API_KEY) to run it with model children.';
    expect({ code, stderr }).toEqual({ code: 2, stderr: `This parent is a model. ${how}\n` });
  });
});
