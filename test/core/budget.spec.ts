import { describe, expect, it } from '@jest/globals';
import { concat, NEVER, of, Subject, throwError } from 'rxjs';
import {
  BudgetExceededError, collect, createSession, line, result, step, tool, usage, type AgentContext, type AgentOutput, type Budget,
  type DelegateOptions, type Session, type SessionOptions, type Spend, type Task,
} from '../../src/index.js';
import { caught } from '../support/caught.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { spendFrom } from '../support/spenders.js';

const brief = { goal: 'spend' };
const tokens = (n: number): AgentOutput<never> => usage({ inputTokens: n - 1, outputTokens: 1 });

/** An agent that spends what it is told to. */
interface Child {
  readonly task: Task;
  readonly context: AgentContext;
  readonly put: (...outputs: readonly (AgentOutput | string)[]) => void;
}

function spender(scope: Pick<Session, 'delegate'>, options?: DelegateOptions): Child {
  const output = new Subject<AgentOutput | string>();
  let given!: AgentContext;
  const task = scope.delegate((_brief, _steering, context) => {
    given = context;
    return output;
  }, brief, options);
  return { task, context: given, put: (...outputs) => { for (const each of outputs) output.next(each); } };
}

const endOf = ({ outcome }: Task): unknown => outcome?.type === 'failed'
  ? [outcome.error.code, outcome.partial]
  : outcome?.type === 'cancelled' ? outcome.reason : outcome?.type;

/** The name of a task is its id; the second of a name has a number. */
function session(options?: SessionOptions): Session {
  const ids = new Set<string>();
  return createSession({
    generateId: (name) => {
      const id = ids.has(name) ? `${name}-${ids.size}` : name;
      ids.add(id);
      return id;
    },
    ...options,
  });
}

describe('a budget', () => {
  it.each<[string, Budget, (n: number) => AgentOutput<never>]>([
    ['tokens', { tokens: 10 }, tokens],
    ['costUsd', { costUsd: 10 }, (costUsd) => usage({ inputTokens: 0, outputTokens: 0, costUsd })],
  ])('should end its task when more %s were spent, and not before', (_, budget, spend) => {
    const { task, put } = spender(session(), { budget });
    put('first', spend(10), 'second');
    expect(task.status).toBe('running');
    put(spend(1), 'third');
    expect(endOf(task)).toEqual(['budget_exceeded', 'second']);
    expect(task.snapshot()).toMatchObject({ preview: ['first', 'second'], lateOutputs: 0 });
  });

  it.each<[string, Budget, AgentOutput]>([
    ['steps', { steps: 2 }, step()], ['tool calls', { toolCalls: 2 }, tool('look', 'started')],
  ])('should count %s', (_, budget, output) => {
    const { task, put } = spender(session(), { budget });
    put(output, tool('look', 'ended'), output, tool('look', 'ended'));
    expect(task.status).toBe('running');
    put(output);
    expect(endOf(task)).toEqual(['budget_exceeded', undefined]);
  });

  it('should not be broken by what is made of adding dollars up', () => {
    const { task, put } = spender(session(), { budget: { costUsd: 0.3 } });
    for (let n = 0; n < 3; n++) put(usage({ inputTokens: 0, outputTokens: 0, costUsd: 0.1 }));
    expect(task.status).toBe('running');
    put(usage({ inputTokens: 0, outputTokens: 0, costUsd: 0.001 }));
    expect(endOf(task)).toEqual(['budget_exceeded', undefined]);
  });

  it('should end all below in the frame of the output that breaks it, those below first, and tell that output', () => {
    marbles(({ session, cold, expectObservable, expectSubscriptions, flush }) => {
      const spends = '      --u-----u--l';
      const works = '       -a---b---c--';
      const parentSubs = '  ^-------!   ';
      const childSubs = '   ^-------!   ';
      const parentEvents = 's-u-----(uF|)';
      const childEvents = ' sa---b--(X|)';
      const output = { u: tokens(6) };
      const [source, below] = [cold<AgentOutput>(spends, output), cold(works)];
      const parent = session.delegate((_brief, _steering, { delegate }) => {
        delegate(() => below, brief, { name: 'child' });
        return source;
      }, brief, { budget: { tokens: 11 }, name: 'parent' });
      expectObservable(letters(parent.events)).toBe(parentEvents);
      expectObservable(letters(session.get('child')!.events)).toBe(childEvents);
      expectSubscriptions(source.subscriptions).toBe(parentSubs);
      expectSubscriptions(below.subscriptions).toBe(childSubs);
      const ends: string[] = [];
      session.events.subscribe(({ taskId, type }) => { if (type === 'failed' || type === 'cancelled') ends.push(taskId); });
      flush();
      expect(ends).toEqual(['child', 'parent']);
      expect(session.get('child')!.outcome).toMatchObject({ reason: 'parent_ended' });
      expect(parent.endedIds).toEqual(['parent', 'child']);
    });
  });

  it('should be spent by all below, once, the detached among them', () => {
    const it = session();
    const parent = spender(it, { name: 'parent', budget: { tokens: 100 } });
    const child = spender(parent.context, { name: 'child' });
    const grandchild = spender(child.context, { name: 'grandchild', detached: true });
    parent.put(tokens(10));
    child.put(tokens(20));
    grandchild.put(tokens(30));
    expect([parent, child, grandchild].map(({ context }) => context.budget.left.tokens)).toEqual([40, 40, 40]);
    expect([parent, child, grandchild].map(({ task }) => task.snapshot().usage)).toEqual([
      { inputTokens: 57, outputTokens: 3 }, { inputTokens: 48, outputTokens: 2 }, { inputTokens: 29, outputTokens: 1 },
    ]);
    grandchild.put('all that there is', tokens(41));
    expect([parent, child, grandchild].map(({ task }) => endOf(task))).toEqual([
      ['budget_exceeded', undefined], 'parent_ended', ['budget_exceeded', 'all that there is'],
    ]);
  });

  it('should end the one that it belongs to, and leave those above and beside it alone', () => {
    const it = session();
    const parent = spender(it, { name: 'parent', budget: { tokens: 1_000 } });
    const [one, other] = [spender(parent.context, { budget: { tokens: 5 } }), spender(parent.context, { budget: { tokens: 5 } })];
    one.put(tokens(6));
    expect([one, other, parent].map(({ task }) => task.status)).toEqual(['failed', 'running', 'running']);
    expect(parent.task.snapshot().usage).toEqual({ inputTokens: 5, outputTokens: 1, incomplete: true });
    other.put(tokens(5));
    expect(other.task.status).toBe('running');
  });

  it('should be the session’s, too: every task in it ends, and no other is started', () => {
    const it = session({ budget: { tokens: 10 }, maxRunning: 2, overflow: 'queue' });
    const [one, other] = [spender(it, { name: 'one' }), spender(it, { name: 'other' })];
    const child = spender(other.context, { name: 'child' });
    const queued = spender(it, { name: 'queued' });
    child.put(tokens(11));
    expect([one, other, child, queued].map(({ task }) => endOf(task))).toEqual([
      ['budget_exceeded', undefined], ['budget_exceeded', undefined], 'parent_ended', ['budget_exceeded', undefined],
    ]);
    expect(queued.context).toBeUndefined();
    expect(one.task.outcome).toMatchObject({ error: { message: 'The session has spent 11 tokens of a budget of 10.' } });
    const refusal = caught(() => it.delegate(() => NEVER, brief));
    expect(refusal).toEqual(new BudgetExceededError(
      'The session has spent 11 tokens of a budget of 10. Nothing more can be started; go on with what there is.',
    ));
    expect(it.list()).toHaveLength(4);
  });

  it('should refuse a child of a task that has spent all, before that one ends', () => {
    const { task, put, context } = spender(session(), { budget: { tokens: 10, toolCalls: 1 } });
    put(tokens(9), tool('delegate', 'started'));
    context.delegate(() => ['done'], brief);
    put(tokens(1));
    expect(caught(() => context.delegate(() => ['done'], brief))).toBeInstanceOf(BudgetExceededError);
    expect(task.status).toBe('running');
  });

  it('should count what a child used after its end, above it only, and change no outcome', () => {
    const it = session();
    const parent = spender(it, { name: 'parent', budget: { tokens: 10 } });
    const child = spender(parent.context, { name: 'child' });
    let said!: AgentContext['emit'];
    const late = parent.context.delegate((_brief, _steering, { emit }) => {
      said = emit;
      return NEVER;
    }, brief);
    late.cancel();
    said(tokens(4));
    said('late');
    said({ type: 'usage', inputTokens: NaN, outputTokens: 1 });
    expect(late.snapshot()).toMatchObject({ status: 'cancelled', lateOutputs: 3 });
    expect(late.snapshot().usage).toBeUndefined();
    expect(parent.context.budget.left.tokens).toBe(6);
    said(tokens(7));
    expect([parent, child].map(({ task }) => endOf(task))).toEqual([['budget_exceeded', undefined], 'parent_ended']);
  });

  it('should keep what a task had used as it was at its end', () => {
    const parent = spender(session(), { name: 'parent' });
    const child = spender(parent.context, { name: 'child', detached: true });
    child.put(tokens(3));
    parent.task.cancel();
    child.put(tokens(4));
    expect(parent.task.snapshot().usage).toEqual({ inputTokens: 2, outputTokens: 1, incomplete: true });
    expect(child.task.snapshot().usage).toEqual({ inputTokens: 5, outputTokens: 2 });
  });

  it('should mark usage as incomplete where a task was stopped before its own end, and above it, and nowhere else', () => {
    const it = session({ maxRunning: 3, overflow: 'queue' });
    const [parent, other] = [spender(it), spender(it)];
    for (const { put } of [parent, other]) put(tokens(2));
    parent.context.delegate(() => of(tokens(2), result('done')), brief);
    parent.context.delegate(() => concat([tokens(2)], throwError(() => new Error('by itself'))), brief);
    const running = [1, 2, 3].map(() => parent.context.delegate(() => NEVER, brief));
    parent.context.delegate(() => NEVER, brief, { name: 'queued' }).cancel();
    expect(parent.task.snapshot().usage).toEqual({ inputTokens: 3, outputTokens: 3 });
    running[0]!.cancel();
    expect(parent.task.snapshot().usage).toEqual({ inputTokens: 3, outputTokens: 3, incomplete: true });
    expect(other.task.snapshot().usage).toEqual({ inputTokens: 1, outputTokens: 1 });
  });

  it('should be a result where a promise of it is asked for as an error with its code', async () => {
    const { task, put } = spender(session(), { budget: { tokens: 1 } });
    put(result({ found: 3 }) as never, tokens(2));
    await expect(collect(task)).rejects.toBeInstanceOf(BudgetExceededError);
    expect(task.outcome).toEqual({
      taskId: task.id, seq: 2, at: expect.any(Number), attempt: 1, type: 'failed', partial: { found: 3 },
      error: { code: 'budget_exceeded', name: 'BudgetExceededError', message: `Task ${task.id} has spent 2 tokens of a budget of 1.` },
    });
  });
});

describe('the warning at 80 %', () => {
  it('should be said and steered in, once', () => {
    const { task, put, context } = spender(session(), { budget: { tokens: 10 } });
    put(tokens(7));
    expect(context.takeSteering()).toEqual([]);
    put(tokens(1));
    const words = 'Task subject has spent 8 tokens of a budget of 10; over that it ends as budget_exceeded.';
    put(tokens(1), tokens(1));
    expect(context.takeSteering().map((text) => text.replace(/Task \S+/, 'Task subject'))).toEqual([
      `${words} Wrap up: finish what is at hand, and answer with what there is.`,
    ]);
    const warnings: string[] = [];
    task.events.subscribe((event) => { if (event.type === 'warning') warnings.push(`${event.code}: ${event.message}`); });
    expect(warnings.map((text) => text.replace(/Task \S+/, 'Task subject'))).toEqual([`budget: ${words}`]);
  });

  it('should be in the words of `wrapUp`, in the frame of the output that comes near', () => {
    marbles(({ session, cold, expectObservable, flush }) => {
      const spends = '  --u--u    ';
      const expected = 's-u--(uwD)';
      const heard: string[] = [];
      const task = session.delegate((_brief, steering) => {
        steering.subscribe((text) => { heard.push(text); });
        return cold<AgentOutput>(spends, { u: tokens(4) });
      }, brief, { budget: { tokens: 10 }, wrapUp: { message: 'Answer now.' } });
      expectObservable(letters(task.events)).toBe(expected);
      flush();
      expect(heard).toEqual(['Answer now.']);
    });
  });

  it('should only be said to a child that is deaf or whose mailbox is full', () => {
    const it = session({ mailboxSize: 1 });
    const [deaf, full] = [{ steerable: false }, {}].map((how) => spender(it, { budget: { tokens: 10 }, ...how }));
    full!.task.steer('first');
    for (const { put } of [deaf!, full!]) put(tokens(9));
    for (const { task, context } of [deaf!, full!]) {
      const types: string[] = [];
      task.events.subscribe((event) => { types.push(event.type === 'warning' ? event.code : event.type); });
      expect(types).toContain('budget');
      expect(types).not.toContain('steering_refused');
      expect(context.takeSteering().length).toBeLessThan(2);
    }
  });

  it('should tell the top tasks that live, where it is a session’s', () => {
    const it = session({ budget: { tokens: 10 } });
    const ended = spender(it, { name: 'ended' });
    const heir = spender(ended.context, { name: 'heir', detached: true });
    ended.task.cancel();
    const top = spender(it, { name: 'top', wrapUp: { message: 'Come home.' } });
    const below = spender(top.context, { name: 'below' });
    below.put(tokens(8));
    expect([heir, top, below].map(({ context }) => context.takeSteering())).toEqual([
      [expect.stringContaining('The session has spent 8 tokens')], ['Come home.'], [],
    ]);
  });

  it('should not take the place of a message that has its id', () => {
    const { task, put } = spender(session(), { budget: { tokens: 10 } });
    expect(task.steer('mine', { id: 'wrap-up' }).state).toBe('queued');
    put(tokens(9));
    expect(task.steer('again', { id: 'wrap-up-2' })).toMatchObject({ state: 'queued' });
    expect(task.snapshot().steering.queued).toBe(2);
  });

  it('should be one of the last things before the end where its listener spends the rest', () => {
    const it = session();
    const output = new Subject<AgentOutput>();
    const task = it.delegate((_brief, steering) => {
      steering.subscribe(() => { output.next(tokens(5)); });
      return output;
    }, brief, { budget: { tokens: 10 } });
    output.next(tokens(9));
    expect(endOf(task)).toEqual(['budget_exceeded', undefined]);
  });
});

describe('what is left', () => {
  it('should be the least of all budgets above, and Infinity where there is none', () => {
    const it = session({ budget: { tokens: 100, steps: 3 } });
    const parent = spender(it, { budget: { tokens: 200, costUsd: 2 } });
    const child = spender(parent.context, { budget: { tokens: 30 } });
    child.put(tokens(10), step());
    expect(child.context.budget.left).toEqual({ tokens: 20, costUsd: 2, steps: 2, toolCalls: Infinity });
    expect(spender(createSession()).context.budget.left).toEqual({
      tokens: Infinity, costUsd: Infinity, steps: Infinity, toolCalls: Infinity,
    });
  });

  it.each<[string, Spend | undefined, boolean]>([
    ['nothing, where something of all is left', undefined, false],
    ['what is left', { tokens: 5, toolCalls: 0 }, true],
    ['more than is left', { tokens: 6, toolCalls: 0 }, false],
    ['what needs nothing of what is used up', { toolCalls: 0 }, true],
    ['none at all', { tokens: 0, toolCalls: 0 }, true],
    ['what needs some of what is used up', { tokens: 1, toolCalls: 1 }, false],
    ['what does not say that it needs nothing of what is used up', { tokens: 1 }, false],
  ])('should allow %s', (_, next, allowed) => {
    const { put, context: { budget } } = spender(session(), { budget: { tokens: 10, toolCalls: 1 } });
    put(tokens(5), tool('look', 'started'));
    expect(budget.allows(next)).toBe(allowed);
    expect(budget.reserve(next) !== undefined).toBe(allowed);
  });

  it('should be less by what others have reserved, until they let go or end', () => {
    const it = session({ budget: { tokens: 10 } });
    const [one, other] = [spender(it), spender(it)];
    const release = one.context.budget.reserve({ tokens: 6 })!;
    other.context.budget.reserve({ tokens: 3 });
    expect(one.context.budget.left.tokens).toBe(1);
    expect(one.context.budget.reserve({ tokens: 2 })).toBeUndefined();
    other.task.cancel();
    expect(one.context.budget.left.tokens).toBe(4);
    release();
    release();
    expect(one.context.budget.left.tokens).toBe(10);
  });

  it('should let two reservations of the same amount be two', () => {
    const { context: { budget } } = spender(session(), { budget: { tokens: 10 } });
    const next = { tokens: 4 };
    const [first] = [budget.reserve(next)!, budget.reserve(next)!];
    expect(budget.left.tokens).toBe(2);
    first();
    expect(budget.left.tokens).toBe(6);
  });

  it.each<[unknown, RegExp]>([
    [{ tokens: NaN }, /^Expected `tokens` to be a number from 0, got NaN\.$/],
    [{ token: 1 }, /^Unknown field `token` in what is to be spent\. Expected: tokens, costUsd, steps, toolCalls\.$/],
    [null, /^Expected `what is to be spent` to be an object, got null\.$/],
  ])('should refuse %p', (next, words) => {
    const { context: { budget } } = spender(session(), { budget: { tokens: 10 } });
    expect(caught(() => budget.allows(next as Spend))).toMatchObject({ code: 'invalid_argument', message: expect.stringMatching(words) });
    expect(caught(() => budget.reserve(next as Spend))).toMatchObject({ code: 'invalid_argument' });
  });
});

describe('ten children and one budget', () => {
  it.each([1, 10, 55, 95, 100, 101, 250, 1_000])('should spend at most the calls under way beyond %d tokens', (limit) => {
    const blind = spendFrom(limit, 10, false);
    expect(blind).toMatchObject({ late: 0, others: 0 });
    expect(blind.over).toBeLessThan(100);
    expect(spendFrom(limit, 10, true)).toEqual({ calls: Math.floor(limit / 10), over: 0, late: 0, others: 0 });
  });
});

describe('the budget of a scope', () => {
  it('should end what is in the scope, and nothing beside it', () => {
    const it = session({ budget: { tokens: 100 } });
    const chat = it.scope({ name: 'chat', budget: { tokens: 10 } });
    const inner = chat.scope({ name: 'inner' });
    const [one, deep] = [spender(chat, { name: 'one' }), spender(inner, { name: 'deep' })];
    const beside = spender(it, { name: 'beside' });
    deep.put(tokens(8));
    expect([one, deep, beside].map(({ context }) => context.takeSteering().length)).toEqual([1, 1, 0]);
    one.put(tokens(3));
    expect([one, deep, beside].map(({ task }) => task.status)).toEqual(['failed', 'failed', 'running']);
    expect(deep.task.outcome).toMatchObject({ error: { message: 'The scope chat has spent 11 tokens of a budget of 10.' } });
    expect(caught(() => inner.delegate(() => NEVER, brief))).toMatchObject({ code: 'budget_exceeded' });
    expect(beside.context.budget.left.tokens).toBe(89);
    expect(caught(() => it.scope({ budget: {} }))).toMatchObject({ code: 'invalid_argument' });
  });
});

describe('a bad budget', () => {
  it.each<[unknown, string]>([
    [{ tokens: NaN }, 'Expected `budget.tokens` to be a whole number from 1, or Infinity, got NaN.'],
    [{ steps: 0 }, 'Expected `budget.steps` to be a whole number from 1, or Infinity, got 0.'],
    [{ toolCalls: -1 }, 'Expected `budget.toolCalls` to be a whole number from 1, or Infinity, got -1.'],
    [{ costUsd: 0 }, 'Expected `budget.costUsd` to be a number above 0, got 0.'],
    [{ costUsd: '1' }, 'Expected `budget.costUsd` to be a number above 0, got "1".'],
    [{}, 'Expected `budget` to have at least one of tokens, costUsd, steps, toolCalls, got none.'],
    [{ money: 1 }, 'Unknown field `money` in budget. Expected: tokens, costUsd, steps, toolCalls.'],
    [null, 'Expected `budget` to be an object, got null.'],
    [5, 'Expected `budget` to be an object, got 5.'],
  ])('should be refused: %p', (budget, message) => {
    const it = session();
    const refused = { code: 'invalid_argument', message };
    expect(caught(() => it.delegate(() => NEVER, brief, { budget: budget as Budget }))).toMatchObject(refused);
    expect(it.list()).toEqual([]);
    expect(caught(() => createSession({ budget: budget as Budget }))).toMatchObject(refused);
  });

  it('should be no budget any more for who changes it afterwards', () => {
    const budget = { tokens: 10 };
    const { task, put } = spender(session(), { budget });
    budget.tokens = 1;
    put(line('well'), tokens(5));
    expect(task.status).toBe('running');
  });
});
