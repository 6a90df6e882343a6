import { describe, expect, it } from '@jest/globals';
import { concat, from, throwError } from 'rxjs';
import { line, result, text, type AgentOutput } from '../../../src/index.js';
import { linesBeside } from '../../../src/tools/answers/text/linesBeside.js';
import { call } from '../support/call.js';
import { setUp } from '../support/setUp.js';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `line ${n + 1}`);

/** What a collect shows of a child that puts this out. */
async function collected(outputs: readonly (AgentOutput<unknown> | string)[], input: object = {}, lines?: number) {
  const { tools, start } = setUp({}, { lines });
  start(() => outputs);
  return call(tools.collect_task, { task_id: 'worker-1', ...input });
}

describe('what a collect shows of the lines', () => {
  it('should be all of them, where the last became the result', async () => {
    expect(await collected(numbered(100))).toMatchObject({ summary: 'line 100', output: numbered(100).join('\n') });
  });

  it('should be the last twenty beside a result of its own, or what was asked for', async () => {
    const outputs = [...numbered(100).map(line), result('short')];
    const last = (count: number) => numbered(100).slice(100 - count).join('\n');
    expect(await collected(outputs)).toMatchObject({ summary: 'short', output: last(20), output_lines: 100 });
    expect(await collected(outputs, {}, 3)).toMatchObject({ output: last(3) });
    expect(await collected(outputs, { lines: 50 })).toMatchObject({ output: last(50) });
    expect(await collected(outputs, { lines: 200 }, 3)).toMatchObject({ output: last(100) });
    expect(await collected(outputs, { lines: 0 })).toMatchObject({ output: '', output_lines: 100 });
    expect(await collected([...numbered(100).map(line), result({ n: 1 })])).toMatchObject({ summary: '{"n":1}', output: last(20) });
  });

  it('should not be what the result says again', async () => {
    const answer = `First.\n\n${'word '.repeat(200).trim()}\nLast.`;
    const { summary, output, output_lines: count } = await collected([line('looked'), text(answer), result(answer)]);
    expect([summary, output, count]).toEqual([answer, 'looked', 6]);
    expect(await collected([line('looked'), text(`${answer}\n`), result(`${answer}\n\n`)])).toMatchObject({ output: 'looked' });
  });

  it('should be all that was asked for, again or not', async () => {
    expect(await collected([text('one\ntwo'), result('one\ntwo')], { lines: 9 })).toMatchObject({ output: 'one\ntwo' });
  });

  it('should be the last lines of a child that goes on, or of one that failed', async () => {
    const { tools, start } = setUp();
    start(() => concat(from(numbered(50)), throwError(() => new Error('no'))));
    expect(await call(tools.collect_task, { task_id: 'worker-1' })).toMatchObject({ status: 'failed', output: numbered(50).join('\n') });
  });

  it.each([1, 7, 'two', 2.5, null, {}, -3])('should be refused where it is asked for wrongly, or given: %p', async (lines) => {
    const { tools, start } = setUp();
    start(() => ['done']);
    const answer = await call(tools.collect_task, { task_id: 'worker-1', lines });
    if (lines === 1 || lines === 7) expect(answer).toMatchObject({ ok: true, output: 'done' });
    else expect(answer).toMatchObject({ ok: false, error: expect.stringContaining('Expected `lines` to be a whole number from 0, got') });
  });

  it('should never leave out what is not in the result', () => {
    expect(linesBeside('b\nc', ['a', 'x', 'c'], 20)).toEqual(['a', 'x']);
    expect(linesBeside('c', ['a', 'x', 'c'], 20)).toEqual(['a', 'x', 'c']);
    expect(linesBeside('', ['a'], 20)).toEqual(['a']);
    expect(linesBeside('xa', ['a', 'a'], 20)).toEqual(['a']);
    expect(linesBeside('a', [], 20)).toEqual([]);
    expect(linesBeside(undefined, ['a', 'b'], 1)).toEqual(['b']);
    expect(linesBeside(`${'x'.repeat(600)}\nend`, ['log', `${'x'.repeat(489)}… [+111]`, 'end'], 20)).toEqual(['log']);
    expect(linesBeside('x'.repeat(600), ['log', `${'x'.repeat(489)}… [+111]`], 20)).toEqual(['log', `${'x'.repeat(489)}… [+111]`]);
  });
});
