import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { merge, NEVER, Subject, type Subscription } from 'rxjs';
import {
  createSession, type AgentContext, type AnswerReceipt, type Delegator, type Question, type Task, type TaskEvent,
} from '../../src/index.js';
import { QUESTION_KINDS } from '../../src/core/question.js';
import { createInbox, type Batch } from '../../src/inbox/index.js';
import { createToolset } from '../../src/tools/index.js';
import { timesLawRuns } from '../support/laws/play.js';
import { createVirtualTime } from '../support/virtualTime.js';

/** A question as it should go: who got what. */
interface Asked {
  readonly task: number;
  readonly id: string;
  /** What its asker was given. */
  readonly got: unknown[];
  readonly subscription: Subscription;
  /** The answers that were said to be taken. */
  taken: unknown[];
  isWithdrawn: boolean;
  /** When its time is out, by the session's clock; by what then. */
  readonly until: number;
  readonly isDefault: boolean;
}

interface Child {
  readonly task: Task;
  readonly context: AgentContext;
  readonly finish: () => void;
  readonly events: TaskEvent[];
  readonly parent: number | undefined;
  readonly deadline: number;
  /** Milliseconds in which it did not wait for an answer. */
  worked: number;
}

const QUESTIONS: readonly Question[] = [
  { text: 'text' }, { text: 'choice', options: ['a', 'b'] }, { text: 'confirm', kind: 'confirm' }, { text: 'leave', kind: 'permission' },
  { text: 'form', schema: { type: 'object', required: ['a'] } },
];
const ANSWERS: readonly unknown[] = ['a', 'b', true, 'yes', 'allow_once', { a: 1 }, 7, null, undefined, {}];

const moves = fc.array(fc.record({
  do: fc.constantFrom(
    'delegate' as const, 'ask' as const, 'ask' as const, 'ask' as const, 'answer' as const, 'answer' as const, 'answer' as const,
    'answerAny' as const, 'decline' as const, 'withdraw' as const, 'cancel' as const, 'finish' as const, 'time' as const, 'time' as const,
    'observe' as const, 'lease' as const, 'lease' as const, 'acknowledge' as const, 'fail' as const,
  ),
  at: fc.nat(),
  question: fc.nat({ max: QUESTIONS.length - 1 }),
  answer: fc.nat({ max: ANSWERS.length - 1 }),
  timeout: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  isDefault: fc.boolean(),
  ms: fc.integer({ min: 1, max: 40 }),
  deadline: fc.option(fc.integer({ min: 5, max: 80 }), { nil: undefined }),
  isBelow: fc.boolean(),
}), { maxLength: 50 });

const DEFAULTS: readonly unknown[] = ['d', 'b', true, 'reject_once', { a: 0 }];

describe('questions', () => {
  it('should be answered once, by the first, and end nobody by a clock while one is open, on random schedules', () => {
    fc.assert(fc.property(moves, (all) => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, maxRunning: Infinity, maxDepth: Infinity, maxDescendants: Infinity });
      const children: Child[] = [];
      const asked: Asked[] = [];
      let shown: readonly string[] = [];
      // A model is there that may answer all of them, and its inbox tells it.
      createToolset(session, { agents: { none: () => ['nothing'] }, mayAnswer: [...QUESTION_KINDS] });
      const inbox = createInbox(session, { leaseTime: 1_000_000 });
      const batches: Batch[] = [];
      const told = new Map<string, 'in hand' | 'back' | 'heard'>();
      const hand = (batch: Batch | undefined): void => {
        if (batch === undefined) return;
        batches.push(batch);
        for (const { question_id: id } of batch.questions) {
          // Never while somebody has it in hand, and never again when a model has read it.
          expect(told.get(id) ?? 'back').toBe('back');
          expect(asked.filter(isOpen).map((one) => one.id)).toContain(id);
          told.set(id, 'in hand');
        }
      };
      const settle = (batch: Batch | undefined, how: 'heard' | 'back'): void => {
        if (batch === undefined) return;
        if (how === 'heard') batch.acknowledge();
        else batch.release();
        for (const { question_id: id } of batch.questions) told.set(id, how);
      };
      session.questions.subscribe((open) => { shown = open.map(({ id }) => id); });

      const isOpen = (one: Asked): boolean =>
        one.got.length === 0 && !one.isWithdrawn && children[one.task]!.task.outcome === undefined;
      const delegate = (scope: Delegator, parent: number | undefined, deadline: number | undefined): void => {
        const done = new Subject<never>();
        let context!: AgentContext;
        const task = scope.delegate((_brief, _steering, given) => {
          context = given;
          return merge(done, NEVER);
        }, { goal: 'x' }, { deadline, idleTimeout: deadline });
        const events: TaskEvent[] = [];
        task.events.subscribe((event) => { events.push(event); });
        children.push({
          task, context, events, parent, deadline: deadline ?? Infinity, worked: 0, finish: () => { done.error(new Error('over')); },
        });
      };
      const noted = (one: Asked | undefined, value: unknown, receipt: AnswerReceipt): void => {
        const wasOpen = one !== undefined && one.got.length <= 1 && receipt.answered;
        expect(receipt.answered).toBe(receipt.error === undefined);
        if (receipt.answered) {
          expect(wasOpen).toBe(true);
          one!.taken.push(value);
        }
      };
      for (const move of all) {
        const child = children[move.at % Math.max(1, children.length)];
        const one = asked[move.at % Math.max(1, asked.length)];
        switch (move.do) {
          case 'delegate': {
            const isBelow = move.isBelow && child !== undefined && child.task.outcome === undefined;
            delegate(isBelow ? child.context : session, isBelow ? children.indexOf(child) : undefined, move.deadline);
            break;
          }
          case 'ask': {
            if (child === undefined || child.task.outcome !== undefined) break;
            const got: unknown[] = [];
            const before = child.task.questions.length;
            const { timeout } = move;
            const subscription = child.context.ask<unknown>({
              ...QUESTIONS[move.question]!, ...timeout !== undefined && { timeout },
              ...move.isDefault && { default: DEFAULTS[move.question] },
            }).subscribe({ next: (value) => { got.push(value); }, error: (thrown: unknown) => { got.push(thrown); } });
            expect(child.task.questions).toHaveLength(before + 1);
            asked.push({
              task: children.indexOf(child), id: child.task.questions.at(-1)!.id, got, subscription, taken: [], isWithdrawn: false,
              until: timeout === undefined ? Infinity : scheduler.now() + timeout, isDefault: move.isDefault,
            });
            break;
          }
          case 'answer': case 'answerAny': {
            if (one === undefined) break;
            const { task } = children[one.task]!;
            const wasOpen = isOpen(one);
            const receipt = task.answer(move.do === 'answer' ? one.id : 'q0', ANSWERS[move.answer]);
            noted(move.do === 'answer' ? one : undefined, ANSWERS[move.answer], receipt);
            if (!wasOpen) expect(receipt.answered).toBe(false);
            if (receipt.answered) expect(one.got).toHaveLength(1);
            break;
          }
          case 'decline': {
            if (one === undefined) break;
            const wasOpen = isOpen(one);
            const receipt = children[one.task]!.task.decline(one.id);
            expect(receipt.answered).toBe(wasOpen);
            if (receipt.answered) one.taken.push('declined');
            break;
          }
          case 'withdraw':
            if (one === undefined) break;
            one.isWithdrawn ||= isOpen(one);
            one.subscription.unsubscribe();
            break;
          case 'cancel': child?.task.cancel(); break;
          case 'finish': child?.finish(); break;
          case 'lease': hand(inbox.lease(move.at % 3 === 0 ? 1 : undefined)); break;
          case 'acknowledge': settle(batches.shift(), 'heard'); break;
          case 'fail': settle(batches.shift(), 'back'); break;
          case 'observe': session.questions.subscribe().unsubscribe(); break;
          case 'time':
            for (let n = 0; n < move.ms; n++) {
              for (const each of children) if (each.task.outcome === undefined && each.task.questions.length === 0) each.worked += 1;
              advance(1);
            }
            break;
        }
        expect(shown).toEqual(asked.filter(isOpen).map(({ id }) => id));
        for (const each of asked) {
          const { task } = children[each.task]!;
          const isOver = scheduler.now() >= each.until;
          // Nobody is answered twice, and nobody who waits is forgotten.
          expect(each.got.length).toBeLessThanOrEqual(1);
          expect(each.taken.length).toBeLessThanOrEqual(1);
          if (each.taken.length === 1) expect(each.got).toHaveLength(1);
          if (isOver && !each.isWithdrawn && task.outcome === undefined) expect(each.got).toHaveLength(1);
          if (isOpen(each)) expect([task.status, task.snapshot().waitingFor]).toEqual(['running', expect.anything()]);
        }
        for (const { task, deadline, worked, events } of children) {
          const { outcome } = task;
          if (outcome?.type === 'failed' && ['deadline_exceeded', 'stalled'].includes(outcome.error.code)) {
            expect(worked).toBeGreaterThanOrEqual(deadline);
            expect(events.filter(({ type }) => type === 'question')).toHaveLength(events.filter(({ type }) => type === 'answered').length);
          }
          // Each question is told once, and so is what became of it, behind that.
          const told = events.flatMap((event) =>
            event.type === 'question' || event.type === 'answered' ? [[event.type, event.questionId]] : []);
          expect(new Set(told.map(String)).size).toBe(told.length);
          for (const [n, [type, id]] of told.entries()) {
            if (type === 'answered') expect(told.slice(0, n)).toContainEqual(['question', id]);
          }
        }
      }
      // In the end each that is open was told, or is told now.
      for (const batch of batches.splice(0)) settle(batch, 'back');
      for (let batch = inbox.lease(); batch !== undefined; batch = inbox.lease()) {
        hand(batch);
        settle(batch, 'heard');
      }
      expect(asked.filter((one) => isOpen(one) && told.get(one.id) !== 'heard')).toEqual([]);
    }), { numRuns: timesLawRuns(Number(process.env['QUESTION_RUNS'] ?? 300)) });
  }, 600_000);
});
