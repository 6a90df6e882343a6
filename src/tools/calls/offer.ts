import type { QuestionKind } from '../../core/question.js';
import type { Spill } from '../answers/spill.js';
import type { ToolName } from '../tool.js';

/** What a toolset offers: its tools name one another only where they are there. */
export interface Offer {
  has(this: void, name: ToolName): boolean;
  /** Whether the model may answer questions of that kind, by `answer_task`. */
  answers(this: void, kind: QuestionKind): boolean;
  /** Whether an inbox tells the model what has ended. */
  readonly isTold: boolean;
  /** Seconds that a call waits at most. */
  readonly maxWait: number;
  /** Lines that a collect shows beside a result. */
  readonly lines: number;
  /** Where what does not fit is written to. */
  readonly spill?: Spill | undefined;
}

/** What a tool is not for, and the one that is, where there is one. */
export const not = (what: string, { has }: Offer, name: ToolName): string => `Not ${what}${has(name) ? `: ${name}` : ''}.`;

/** The parts that are there, as one text. */
export const said = (...parts: readonly (string | false | undefined)[]): string =>
  parts.filter((part) => part !== false && part !== undefined).join(' ');
