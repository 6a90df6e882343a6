import { describe, expect, it } from '@jest/globals';
import { concat, delay, from, map, merge, NEVER, of, Subject } from 'rxjs';
import {
  createSession, fromAsync, isOutcome, line, lines, outcome, result, run, step, text, within, type AgentOutput, type Task, type TaskEvent,
} from '../../src/index.js';
import { createToolset } from '../../src/tools/index.js';
import { marbles } from '../support/marbles.js';
import { taskOf } from '../support/taskOf.js';
import { watch } from '../support/watch.js';

describe('the line in hand', () => {
  it('should be the last of the preview before its newline, and no line of the window', () => {
    const output = new Subject<AgentOutput | string>();
    const task = taskOf(output, { windowLines: 2 });
    const seen = watch(task.events.pipe(lines()));
    output.next('a');
    output.next(text('Overwrite? '));
    expect(task.snapshot()).toMatchObject({ preview: ['a', 'Overwrite? '], windowLines: 1 });
    output.next(text('[y/N] '));
    expect(task.snapshot().preview).toEqual(['a', 'Overwrite? [y/N] ']);
    expect(task.snapshot(1).preview).toEqual(['Overwrite? [y/N] ']);
    expect(task.snapshot(0).preview).toEqual([]);
    expect(seen).toEqual(['a']);
    output.next(text('\n'));
    expect(task.snapshot()).toMatchObject({ preview: ['a', 'Overwrite? [y/N] '], windowLines: 2 });
    expect(seen).toEqual(['a', 'Overwrite? [y/N] ']);
  });

  it('should be a line where the task ends, and in hand no more', () => {
    const task = taskOf(concat(of(text('half')), NEVER));
    expect(task.snapshot()).toMatchObject({ preview: ['half'], windowLines: 0 });
    task.cancel();
    expect(task.snapshot()).toMatchObject({ preview: ['half'], windowLines: 1 });
  });

  it('should show the last frame of a progress bar, cut into chunks anywhere', () => {
    const output = new Subject<AgentOutput>();
    const task = taskOf(output);
    const shown = ['10 %', '\r', '20 %', '\r5', ' %\r'].map((chunk) => {
      output.next(text(chunk));
      return task.snapshot().preview;
    });
    expect(shown).toEqual([['10 %'], ['10 %'], ['20 %'], ['5'], ['5 %']]);
    output.next(text('\ndone\n'));
    expect(task.snapshot().preview).toEqual(['5 %', 'done']);
  });

  it.each<[string, string, string, readonly string[]]>([
    ['one line', '10 %\r50 %\rdone', 'done', ['done']],
    ['one that ends with a return', '10 %\rdone\r', 'done', ['done']],
    ['several', 'a\rb\nc\rd\n', 'b\nd\n', ['b', 'd']],
    ['several, as Windows ends them', 'a\r\nb\r\n', 'a\r\nb\r\n', ['a', 'b']],
  ])('should be the last frame also in the result where it is printed: %s', (_, printed, said, preview) => {
    const task = taskOf([printed]);
    expect(task.outcome).toMatchObject({ result: said });
    expect(task.snapshot().preview).toEqual(preview);
  });

  it('should be shown by check_task and collect_task', async () => {
    const session = createSession();
    const task = session.delegate(() => concat(of('a', text('Overwrite? [y/N] ')), NEVER), { goal: 'ask' });
    const tools = createToolset(session, { agents: { echo: ({ goal }) => [goal] } });
    expect(await tools.check_task.execute({ task_id: task.id })).toMatchObject({
      output_preview: 'a\nOverwrite? [y/N] ', output_lines: 1,
    });
    expect(await tools.collect_task.execute({ task_id: task.id, timeout: 0 })).toMatchObject({
      output: 'a\nOverwrite? [y/N] ', output_lines: 1, timed_out: true,
    });
  });

  it('should be a sign of life', () => {
    marbles(({ cold, expectObservable }) => {
      const child = cold('  a--a--a----------', { a: text('.') });
      const expected = '    -----------(f|)';
      const task = taskOf(child, { idleTimeout: 5 });
      expectObservable(task.events.pipe(outcome(), map(({ type }) => type))).toBe(expected, { f: 'failed' });
    });
  });
});

describe('a text stream', () => {
  const paragraph = Array.from({ length: 600 }, (_, n) => `word${n}`).join(' ');

  it('should be wrapped at blanks where a paragraph is longer than a line, with nothing lost and nothing cut', () => {
    const task = taskOf(from(paragraph.match(/[^]{1,7}/g)!.map(text)));
    const { preview, cutLines, outcome: end } = task.snapshot(Infinity);
    expect(preview.length).toBeGreaterThan(8);
    expect(preview.join('')).toBe(paragraph);
    expect(preview.every((each) => each.length <= 500)).toBe(true);
    expect(preview.slice(0, -1).every((each) => each.endsWith(' '))).toBe(true);
    expect(cutLines).toBe(0);
    expect(end).toMatchObject({ type: 'completed', result: paragraph });
  });

  it('should be the result as a whole line, however it was wrapped, and whatever blanks come behind it', () => {
    expect(taskOf([text(`first\n${paragraph}\n\n \n`)]).snapshot().outcome).toMatchObject({ result: paragraph });
    expect(watch(run(() => [text(`${paragraph}\n\n`)], { goal: 'x' }).pipe(result()))).toEqual([paragraph, '|']);
  });

  it('should come whole from the lines of a run', () => {
    expect(watch(run(() => [text(`${paragraph}\nb`)], { goal: 'x' }).pipe(lines()))).toEqual([paragraph, 'b', '|']);
  });

  it('should still be cut where it is printed', () => {
    expect(taskOf([paragraph]).snapshot()).toMatchObject({ cutLines: 1, windowLines: 1 });
  });

  it('should say how much of it is missing where more came than a line may take', () => {
    const words = 'word '.repeat(5_000);
    const { outcome: end } = taskOf([text(words.slice(0, 9_000)), text(words.slice(9_000))], { maxLineBytes: 4_000 });
    const { result: said } = end as { readonly result: string };
    const [, kept, gone] = /^(.*)… \[\+(\d+)\]$/s.exec(said) ?? [];
    expect(words.startsWith(kept!)).toBe(true);
    expect(kept!.length + Number(gone)).toBe(words.length);
    expect(said.length).toBeLessThanOrEqual(4_000);
    expect(said.length).toBeGreaterThan(3_000);
    const after = taskOf([text(`${words}\nthe end`)], { maxLineBytes: 4_000 });
    expect(after.outcome).toMatchObject({ result: 'the end' });
  });

  it('should tell of a wrapped row as soon as it is full', () => {
    const output = new Subject<AgentOutput>();
    const task = taskOf(output, { lineLength: 10 });
    output.next(text('one two th'));
    expect(task.snapshot()).toMatchObject({ windowLines: 0, preview: ['one two th'] });
    output.next(text('r'));
    expect(task.snapshot()).toMatchObject({ windowLines: 1, preview: ['one two ', 'thr'] });
  });
});

describe('a bare carriage return', () => {
  it('should leave the last frame of what is printed, and what is returned as it is', () => {
    const task = taskOf(['10 %\r100 %', '\r50 %\r\nlast\rframe\n', 'CR\r\nLF']);
    expect(task.snapshot().preview).toEqual(['100 %', '50 %', 'frame', 'CR', 'LF']);
    expect(task.snapshot().outcome).toMatchObject({ result: 'CR\r\nLF' });
  });

  it('should leave the last frame of a stream as its result', () => {
    expect(taskOf([text('10 %\r'), text('100 %\r')]).snapshot().outcome).toMatchObject({ result: '100 %' });
  });
});

describe('task.outputs', () => {
  const outputs: Record<string, AgentOutput | string> = { a: 'a', t: text('t'), s: step(), r: result('r'), m: line('1\n2') };

  it('should be what the child puts out as it comes, bare strings as lines, and complete with the task', () => {
    marbles(({ cold, expectObservable }) => {
      const child = cold('  -a-t-s-m-r-|', outputs);
      const expected = '    -l-t-s-m-r-|';
      expectObservable(taskOf(child).outputs).toBe(expected, { ...outputs, l: line('a') });
    });
  });

  it('should replay nothing, and complete at once for who comes after the end', () => {
    marbles(({ cold, expectObservable }) => {
      const child = cold('  -a-t-t-|   ', outputs);
      const late = '        ----^      ';
      const later = '       ---------^ ';
      const expected1 = '   -----t-|   ';
      const expected2 = '   ---------| ';
      const task = taskOf(child);
      expectObservable(task.outputs, late).toBe(expected1, outputs);
      expectObservable(task.outputs, later).toBe(expected2, outputs);
    });
  });

  it('should never error, and end where the task fails or is cancelled', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(taskOf(cold('-t-#', outputs)).outputs).toBe('-t-|', outputs);
    });
    const task = taskOf(NEVER);
    const seen = watch(task.outputs);
    task.cancel();
    expect(seen).toEqual(['|']);
  });

  it('should have what is emitted by the context', async () => {
    const agent = fromAsync(async (_, { emit }) => {
      await Promise.resolve();
      emit(text('by the way'));
      return 'done';
    });
    const task = createSession().delegate(agent, { goal: 'emit' });
    const seen = watch(task.outputs);
    await new Promise<void>((resolve) => { task.outputs.subscribe({ complete: resolve }); });
    expect(seen).toEqual([text('by the way'), result('done'), '|']);
  });

  it('should come behind the events of each output, in one order, also where an observer cancels inside next', () => {
    const order: string[] = [];
    const output = new Subject<AgentOutput | string>();
    const task: Task = taskOf(output);
    const note = (words: string): void => { order.push(words); };
    task.outputs.subscribe({
      next: (each) => {
        note(`output ${each.type}`);
        if (each.type === 'text') task.cancel();
        note('called');
      },
      complete: () => { note('outputs end'); },
    });
    merge(task.events, task.outputs).subscribe({
      next: (each: TaskEvent | AgentOutput<unknown>) => { note('seq' in each && isOutcome(each) ? 'outcome' : `seen ${each.type}`); },
    });
    output.next('a');
    output.next(text('b\nc'));
    output.next('late');
    expect(order).toEqual([
      'seen started', 'seen line', 'output line', 'called', 'seen line',
      'seen line', 'output text', 'called', 'seen text', 'seen line', 'outcome', 'outputs end',
    ]);
  });

  it('should stop for who unsubscribes, and leave the child and the others alone', () => {
    const output = new Subject<string>();
    const task = taskOf(output);
    const seen: unknown[] = [];
    const subscription = task.outputs.subscribe((each) => seen.push(each));
    const other = watch(task.outputs);
    output.next('a');
    subscription.unsubscribe();
    output.next('b');
    output.complete();
    expect(seen).toEqual([line('a')]);
    expect(other).toEqual([line('a'), line('b'), '|']);
    expect(task.snapshot().status).toBe('completed');
  });

  it('should be no hearing of the end, and run on the clock of the session', () => {
    const session = createSession();
    const task = session.delegate(() => ['a'], { goal: 'end' });
    watch(task.outputs);
    expect(session.unheard()).toEqual([task]);
    marbles(({ cold, expectObservable }) => {
      const timedOut = expect.objectContaining({ code: 'timeout' });
      expectObservable(taskOf(cold('-t', outputs)).outputs.pipe(within(5))).toBe('-t---#', outputs, timedOut);
    });
  });

  it('should be the same Observable each time', () => {
    const task = taskOf(of('a').pipe(delay(0)));
    expect(task.outputs).toBe(task.outputs);
    task.cancel();
  });
});
