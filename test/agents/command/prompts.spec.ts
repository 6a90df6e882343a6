import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, map, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { collect, createSession, type OpenQuestion, type Session, type Task } from '../../../src/index.js';
import { command, type CommandOptions } from '../../../src/agents/command/index.js';
import { promptOf } from '../../../src/agents/command/prompts/promptOf.js';
import { promptsIn } from '../../../src/agents/command/prompts/promptsIn.js';
import { caught, rejection } from '../../support/caught.js';

let session: Session;
beforeEach(() => { session = createSession(); });
afterEach(async () => { await session.close(); });

/** A program of these words of a shell. */
const start = (script: string, options: CommandOptions): Task<string> =>
  session.delegate(command('sh', ['-c', script, 'sh', '{goal}'], options), { goal: 'go' });

const asked = (): Promise<OpenQuestion> => firstValueFrom(session.questions.pipe(filter(({ length }) => length > 0), map(([one]) => one!)));

/** Prints without a newline, and reads a line. */
const ASK = (words: string, name = 'a'): string => `printf '${words}'; read ${name} || exit 3`;

describe('the prompts of a program', () => {
  it('should be asked, and be answered by a line of its stdin', async () => {
    const task = start(`${ASK('Name? ')}; ${ASK('Sure? [y/N] ', 'b')}; echo "$a, $b"`, { prompts: [/\? $/, /\[y\/N\] $/] });
    const name = await asked();
    expect(name).toMatchObject({ taskId: task.id, kind: 'text', text: 'Name?' });
    expect(task.snapshot()).toMatchObject({ status: 'running', waitingFor: { reason: 'an answer: Name?' } });
    expect(name.answer(' Bob\nBaker ')).toMatchObject({ answered: true });
    const sure = await asked();
    expect(sure).toMatchObject({ kind: 'confirm', text: 'Sure? [y/N]' });
    sure.answer('yes');
    expect(await collect(task)).toBe('Bob Baker, y');
    expect(task.snapshot().preview).toEqual(['Name? ', 'Sure? [y/N] ', 'Bob Baker, y']);
  });

  it('should be asked by whole lines and on stderr, one after the other, and the same again', async () => {
    const task = start(`echo 'Path:' >&2; echo 'Path:' >&2; read a; read b; ${ASK('Path: ', 'c')}; echo "$a $b $c"`, {
      prompts: /^Path: ?$/,
    });
    for (const path of ['one', 'two', 'three']) (await asked()).answer(path);
    expect(await collect(task)).toBe('one two three');
    const events = await firstValueFrom(task.events.pipe(filter(({ type }) => type === 'question' || type === 'answered'), toArray()));
    expect(events.map(({ type }) => type)).toEqual(['question', 'answered', 'question', 'answered', 'question', 'answered']);
  });

  it('should be questions of any kind by a function, answered as their options say', async () => {
    const task = start(`${ASK('Which (1-2)? ')}; ${ASK('May I? ', 'b')}; echo "$a $b"`, {
      prompts: (line) => line.startsWith('Which') ? { text: 'Which one?', options: [{ id: '1', label: 'red' }, { id: '2', label: 'blue' }] }
        : line.startsWith('May') ? { kind: 'permission', text: line, options: [{ id: 'ok', kind: 'allow_once' }, { id: 'nope', kind:
          'reject_once' }] } : undefined,
    });
    expect((await asked()).answer('blue').answered).toBe(true);
    const leave = await asked();
    expect(leave.kind).toBe('permission');
    leave.decline();
    expect(await collect(task)).toBe('2 nope');
  });

  it('should be withdrawn when the program ends without an answer, whose verdict is its exit', async () => {
    const task = start(`printf 'Name? '; sleep 0.5; exit 7`, { prompts: /\? $/ });
    const question = await asked();
    expect(await rejection(collect(task))).toMatchObject({ message: expect.stringContaining('exited with code 7') });
    expect(question.answer('Bob').answered).toBe(false);
    const [answered] = await firstValueFrom(task.events.pipe(filter(({ type }) => type === 'answered'), toArray()));
    expect(answered).toMatchObject({ how: 'withdrawn' });
  });

  it('should not be asked where the program goes on by itself, or ends', async () => {
    expect(await collect(start(`printf 'Name? '; echo none; printf 'Sure? [y/N] '`, { prompts: [/\? $/, /\] $/] }))).toBe('Sure? [y/N] ');
  });

  it('should fail the task where one is declined that is no confirmation, and end the program', async () => {
    const task = start(`${ASK('Name? ')}; echo "$a"`, { prompts: /\? $/ });
    (await asked()).decline('nobody knows');
    expect(await rejection(collect(task))).toMatchObject({ code: 'unanswered', message: expect.stringContaining('nobody knows') });
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    const sure = start(`${ASK('Sure? (yes/no) ')}; echo "$a"`, { prompts: /\) $/ });
    (await asked()).decline();
    expect(await collect(sure)).toBe('no');
  });

  it('should end with a task that is cancelled while it is asked', async () => {
    const task = start(ASK('Name? '), { prompts: /\? $/ });
    const question = await asked();
    task.cancel();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(question.answer('x')).toMatchObject({ error: { code: 'not_running' } });
  });

  it('should keep steering back until nothing is asked', async () => {
    const task = start(`${ASK('Name? ')}; read b; echo "$a $b"`, { prompts: /\? $/, steering: 'lines' });
    const question = await asked();
    const receipt = task.steer('and more');
    question.answer('Bob');
    expect(await collect(task)).toBe('Bob and more');
    expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'delivered' });
  });

  it('should leave what is read line by line, or whole, as it is', async () => {
    const read = start(`${ASK('Name? ')}; echo '{"a":1}'; echo done`, {
      prompts: /\? $/, read: (line) => line.startsWith('{') ? `read ${line}` : line,
    });
    (await asked()).answer('Bob');
    expect(await collect(read)).toBe('done');
    expect(read.snapshot().preview).toEqual(['Name? ', 'read {"a":1}', 'done']);
    const whole = start(`${ASK('Name? ')}; echo "hi $a"`, { prompts: /\? $/, result: 'stdout' });
    (await asked()).answer('Bob');
    expect(await collect(whole)).toBe('Name? hi Bob');
  });

  it('should take the goal by stdin, which stays open', async () => {
    const asker = command('sh', ['-c', `read goal; ${ASK('Sure? ')}; echo "$goal $a"`], { prompts: /\? $/ });
    const task = session.delegate(asker, { goal: 'go' });
    (await asked()).answer('y');
    expect(await collect(task)).toBe('go y');
  });

  it('should say what they may be', () => {
    for (const prompts of ['yes', [], [1], {}]) {
      expect(caught(() => command('true', [], { prompts: prompts as never }))).toMatchObject({
        code: 'invalid_argument', message: expect.stringContaining('Expected `prompts` to be a pattern, a function, or a list of these'),
      });
    }
  });

  it('should know yes or no by how a line ends, and a pattern that remembers', () => {
    const kindOf = (line: string) => promptOf([/./g], line)?.question.kind;
    for (const line of ['Go? [y/N] ', 'Go? (Y/n)', 'Go (yes/no)? ', 'Go? y/n: ', '[Y/n] ?']) expect(kindOf(line)).toBe('confirm');
    for (const line of ['Go? ', 'any/nothing', 'a [y/N] b']) expect(kindOf(line)).toBeUndefined();
    expect(promptOf([/x/], 'y')).toBeUndefined();
    expect(promptOf([/x/g, () => ''], 'y')?.question.text).toBe('The program asks for something, and does not say for what.');
    expect(promptOf([/./], 'Go? (yes/no)')?.frame(true)).toBe('yes\n');
    expect(promptOf([() => ({ text: 'x', schema: {} })], 'y')?.frame({ a: 1 })).toBe('{"a":1}\n');
  });

  it('should come at once with a newline, and after a quiet without, once', () => {
    const scheduler = new TestScheduler((actual, expected) => { expect(actual).toEqual(expected); });
    scheduler.run(({ cold, expectObservable }) => {
      const texts = { a: 'Na', b: 'me? ', c: '\nSure? \n', d: 'Name? ', e: 'x\x1b[1mSize? \x1b[0m', f: 'a? \rb? ' };
      const seen = (marbles: string) => promptsIn(cold(marbles, texts), [/\? $/], scheduler).pipe(
        map(({ question: { text }, isInHand }) => `${text}${isInHand ? '' : ' whole'}`),
      );
      expectObservable(seen('ab 500ms c 500ms |')).toBe('- 150ms n 350ms s 500ms |', { n: 'Name?', s: 'Sure? whole' });
      expectObservable(seen('d 500ms d 500ms |')).toBe('150ms n 500ms n 350ms |', { n: 'Name?' });
      expectObservable(seen('d 100ms e 500ms f 200ms |')).toBe('251ms s 500ms f 50ms |', { s: 'Name? xSize?', f: 'b?' });
      expectObservable(seen('d 100ms |')).toBe('101ms |');
      expectObservable(seen('d 100ms #')).toBe('101ms #');
    });
  });
});
