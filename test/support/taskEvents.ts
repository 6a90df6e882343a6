import type { Ending, LineEvent, Outcome, StepEvent } from '../../src/index.js';

/** Events of a task made by hand, for operators that should not need a session. */
export const taskEvents = {
  line: (seq: number, text: string): LineEvent => ({ ...base(seq), type: 'line', text }),
  step: (seq: number): StepEvent => ({ ...base(seq), type: 'step' }),
  outcome: <R>(seq: number, ending: Ending<R>): Outcome<R> => ({ ...base(seq), ...ending }),
};

const base = (seq: number) => ({ taskId: 'agent-7kq2wd', seq, at: seq, attempt: 1 });
