import { VirtualTimeScheduler } from 'rxjs';
import { createSession } from '../../src/index.js';
import type { Figure } from './figure.js';
import { runSpecs } from './runSpecs.js';

const RUNS = 20_000;
const DAYS = 3;

/** Whether an answer is lost, given twice or given to the wrong one, and whether a clock ends who waits for one. */
export async function* questions(): AsyncGenerator<Figure, void, void> {
  const { passed, tests } = runSpecs('test/laws/questions', { QUESTION_RUNS: `${RUNS}` });
  yield {
    what: `answers lost / given twice / ends by a clock while a question was open, in ${RUNS} random schedules of questions, answers `
      + '(double, late, wrong), refusals, timeouts, cancels, deadlines and inboxes that fail (test/laws/questions.spec.ts)',
    seen: passed ? `0 / 0 / 0 (${tests})` : tests, must: '0 / 0 / 0', holds: passed,
  };
  yield* waiting();
}

function* waiting(): Generator<Figure, void, void> {
  const scheduler = new VirtualTimeScheduler();
  const session = createSession({ scheduler, deadline: 60_000, idleTimeout: 1_000 });
  const task = session.delegate((_brief, _steering, { ask }) => ask({ text: 'May I?' }), { goal: 'wait' });
  const timers = (): number => scheduler.actions.filter(({ closed }) => !closed).length;
  const armed = timers();
  scheduler.schedule(() => { task.answer(task.questions[0]!.id, 'yes'); }, DAYS * 86_400_000);
  scheduler.maxFrames = DAYS * 86_400_000;
  scheduler.flush();
  const { outcome } = task;
  const seen = `${armed} timers, ${outcome?.type === 'completed' ? `completed with "${outcome.result}"` : task.status}`;
  yield {
    what: `a question that waits ${DAYS} days of virtual time, in a task with a deadline of 60 s and an idle timeout of 1 s`,
    seen, must: '0 timers, completed with "yes"', holds: seen === '0 timers, completed with "yes"',
  };
}
