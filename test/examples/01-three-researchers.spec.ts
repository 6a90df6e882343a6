import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCitation, type Citation } from '../../examples/researcher/citation.js';
import type { Report } from '../../examples/parent/report.js';
import { makeDirectory } from './support/makeDirectory.js';
import { runExample, type Run } from './support/runExample.js';

const example = '01-three-researchers';

// Ten times what the parent needs to come in mid-run.
const PACED = ['--pace', '3000'];

const tools = ['cancel_task', 'check_task', 'collect_task', 'delegate_task_async', 'list_tasks', 'steer_task'];

type Json = Readonly<Record<string, unknown>>;

interface CallLine {
  readonly at: number;
  readonly tool: string;
  readonly input: Json;
  readonly answer: Json & { readonly ok: boolean };
}

const harbour = {
  'README.md': '# Harbour notes\n\nAbout the harbour, its lighthouse keepers and the spring tides.\n',
  'log/april.md': '# April\n\nThe lighthouse keepers saw spring tides. The harbour flooded.\n\nSpring tides again on the ninth.\n',
  'log/may.md': '# May\n\nNo spring tides. The lighthouse was painted; the keepers left the harbour.\n',
  'rules.md': '# Lighthouse keepers\n\nLighthouse keepers watch the harbour at spring tides.\n\nKeepers sleep by day.\n',
  'tides.md': '# Spring tides\n\nSpring tides come with the full moon.\n\nThe harbour gate closes at spring tides.\n',
  'image.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]),
};

/** Each line of stdout, parsed: all but the last are calls, and the last is the report. */
function parse(stdout: string): { readonly calls: readonly CallLine[]; readonly report: Report } {
  const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as CallLine | { readonly report: Report });
  const last = lines.pop();
  if (last === undefined || !('report' in last)) throw new Error(`The last line is no report: ${stdout.slice(-300)}`);
  return { calls: lines as CallLine[], report: last.report };
}

function expectTrue(directory: string, { path, line, excerpt }: Citation): void {
  const found = readFileSync(join(directory, path), 'utf8').split(/\r?\n/)[line - 1];
  expect({ path, line, found }).toEqual({ path, line, found: expect.stringContaining(excerpt) });
}

/** What a child printed, as far as its answers show it: in order, and each line once. */
function linesOf(calls: readonly CallLine[], task_id: string): readonly string[] {
  const shown = calls.filter((call) => call.input['task_id'] === task_id).flatMap(({ tool, answer }) => {
    const field = ({ check_task: 'output_preview', collect_task: 'output' } as Record<string, string>)[tool];
    return field === undefined ? [] : String(answer[field]).split('\n');
  });
  return [...new Set(shown)];
}

const running = (run: Run): boolean => {
  try {
    return process.kill(run.child.pid!, 0);
  } catch {
    return false;
  }
};

describe('three researchers', () => {
  const notes = makeDirectory(harbour);
  afterAll(notes.remove);
  const reports = new Map<string, Report>();

  describe.each([
    ['a handful of notes', () => notes.path],
    ['the rxjs sources', () => undefined],
  ])('on %s', (name, directory) => {
    let calls: readonly CallLine[];
    let report: Report;
    let run: Run;

    beforeAll(async () => {
      const named = directory();
      run = runExample(example, '--json', ...PACED, ...(named === undefined ? [] : [named]));
      const { code, stdout, stderr } = await run.ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      ({ calls, report } = parse(stdout));
      reports.set(name, report);
    });

    it('should use every tool, and be answered every time', () => {
      expect([...new Set(calls.map(({ tool }) => tool))].sort()).toEqual(tools);
      expect(calls.filter(({ answer }) => !answer.ok)).toEqual([]);
    });

    it('should start all three before it waits for any', () => {
      expect(calls.slice(0, 3).map(({ tool }) => tool)).toEqual(Array(3).fill('delegate_task_async'));
      expect(calls[2]!.answer).toMatchObject({ running: 3, status: 'running' });
    });

    it('should steer in mid-run, and the output should change', () => {
      const { input, answer } = calls.find(({ tool }) => tool === 'steer_task')!;
      const { task_id, message } = input as { task_id: string; message: string };
      expect(answer).toMatchObject({ state: expect.stringMatching(/queued|delivered/) });
      const before = calls.slice(0, calls.findIndex(({ tool }) => tool === 'steer_task'));
      expect(before.findLast(({ tool }) => tool === 'check_task')!.answer).toMatchObject({ status: 'running' });

      const pattern = message.replace(/^only /, '');
      const lines = linesOf(calls, task_id);
      const turn = lines.findIndex((line) => line.startsWith(`${message}: `));
      const cited = (some: readonly string[]) => some.flatMap((line) => readCitation(line) ?? []).map(({ path }) => path);
      expect(cited(lines.slice(0, turn)).some((path) => !path.includes(pattern))).toBe(true);
      expect(cited(lines.slice(turn)).filter((path) => !path.includes(pattern))).toEqual([]);
      expect(cited(lines.slice(turn))).not.toEqual([]);
      expect(report.questions.find((question) => question.task_id === task_id)).toMatchObject({ status: 'completed', steered: message });
    });

    it('should cancel the fourth', () => {
      const { input, answer } = calls.find(({ tool }) => tool === 'cancel_task')!;
      expect(answer).toMatchObject({ cancelled: true, stopped: true, ended_ids: [input['task_id']] });
      const { tasks } = calls.find(({ tool }) => tool === 'list_tasks')!.answer as unknown as { tasks: readonly Json[] };
      expect(tasks).toHaveLength(4);
      expect(tasks.find(({ task_id }) => task_id === input['task_id'])).toMatchObject({ status: 'cancelled' });
      expect(report.questions.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed', 'cancelled']);
    });

    it('should cite only what really stands there', () => {
      const citations = report.questions.flatMap((question) => question.citations);
      expect(citations.length).toBeGreaterThanOrEqual(3);
      for (const citation of citations) expectTrue(report.directory, citation);
      expect(report.citations).toEqual({ checked: citations.length, found: citations.length });
    });

    it('should cite truly in mid-run, too', () => {
      for (const { task_id } of report.questions.slice(0, 3)) {
        for (const line of linesOf(calls, task_id)) {
          const citation = readCitation(line);
          if (citation !== undefined) expectTrue(report.directory, citation);
        }
      }
    });

    it('should leave no process behind', () => {
      expect(running(run)).toBe(false);
    });
  });

  it('should find where rxjs trims its buffer', () => {
    expect(reports.get('the rxjs sources')!.questions[0]!.citations[0]).toMatchObject({
      path: 'internal/ReplaySubject.ts',
      excerpt: 'private _trimBuffer() {',
    });
  });

  it('should report the same on the same directory', async () => {
    const { stdout } = await runExample(example, notes.path, '--json', ...PACED).ended;
    const [once, again] = [reports.get('a handful of notes')!, parse(stdout).report].map(({ questions, ...rest }) => ({
      ...rest,
      questions: questions.map((question) => ({ ...question, task_id: '' })),
    }));
    expect(again).toEqual(once);
  });

  it('should ask what it is told to, and print for people', async () => {
    const { code, stdout, stderr } = await runExample(example, notes.path, '--pace', '500', '--ask', 'When do the keepers sleep?').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('1. When do the keepers sleep?');
    expect(stdout).toMatch(/rules\.md:5 +Keepers sleep by day\./);
    expect(stdout).toMatch(/\d+ citations, each looked up again/);
    // No colours where nobody sees them.
    expect(stdout).not.toContain('\u001B');
    for (const tool of tools) expect(stdout).toContain(`s ${tool}`);
  });

  it('should make sense also when its children are faster than it is', async () => {
    const { code, stdout } = await runExample(example, notes.path, '--json', '--pace', '0').ended;
    expect(code).toBe(0);
    const { calls, report } = parse(stdout);
    // Whether it is late depends on the machine; if it is, then it is told so and goes on.
    for (const { answer } of calls) expect(answer).toMatchObject(answer.ok ? {} : { code: 'not_running' });
    expect(report.questions.slice(0, 3).map(({ status }) => status)).toEqual(Array(3).fill('completed'));
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('should cancel everything on %s, and say so', async (name, exitCode) => {
    const run = runExample(example, '--pace', '60000');
    await run.printed('check_task');
    const began = performance.now();
    run.child.kill(name);
    const { code, stderr } = await run.ended;
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(code).toBe(exitCode);
    const ids = Array(3).fill('researcher-\\w+').join(', ');
    expect(stderr).toMatch(new RegExp(`^${name}: cancelled ${ids}; nothing is left running\\.\\n$`));
    expect(running(run)).toBe(false);
  });

  it('should stop when nobody reads on', async () => {
    const run = runExample(example, '--pace', '60000');
    await run.printed('delegate_task_async');
    run.child.stdout!.destroy();
    const { signal, stderr } = await run.ended;
    expect({ signal, stderr }).toEqual({ signal: null, stderr: '' });
  });

  it('should say in one sentence what it cannot work on', async () => {
    const { path, remove } = makeDirectory({ 'file.md': 'text', 'pictures/a.png': 'x', 'blank/a.txt': ' \n' });
    mkdirSync(join(path, 'empty'));
    const cases: readonly (readonly [sentence: string, ...args: readonly string[]])[] = [
      ['There is no directory', join(path, 'nowhere')],
      ['is a file, not a directory', join(path, 'file.md')],
      ['is empty', join(path, 'empty')],
      ['no readable text', join(path, 'pictures')],
      ['no readable text', join(path, 'blank')],
      ['Unknown option', '--colour'],
      ['Expected one directory', 'a', 'b'],
    ];
    // All at once: most of the time goes into starting them.
    const all = await Promise.all(cases.map(([, ...args]) => runExample(example, ...args).ended));
    remove();
    all.forEach(({ code, stdout, stderr }, index) => {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(cases[index]![0]);
      expect(stderr).toMatch(/^[^\n]+\.\n$/);
    });
  });

  it('should explain itself', async () => {
    const { code, stdout } = await runExample(example, '--help').ended;
    expect(code).toBe(0);
    for (const word of ['DIR', '--ask', '--json', '--pace', 'Ctrl-C']) expect(stdout).toContain(word);
  });
});
