import { isParts, type Parts } from '../../core/parts.js';
import type { Task } from '../../core/task.js';
import { endingOf, hasFiles, valueOf, type Told } from './endingOf.js';
import { loadParts } from './media/loadParts.js';
import type { Media } from './media/mediaOf.js';
import { partLine } from './media/partLine.js';
import type { Spill } from './spill.js';
import { capText } from './text/capText.js';
import { plainJson } from './text/plainJson.js';
import { summaryOf } from './text/summaryOf.js';

/** The end of a task, for an answer about it alone. */
export interface Whole {
  readonly told: Told & {
    /** The path of a file with all of a result that did not fit. */
    readonly file?: string;
  };
  /** The files of a result, which go with the answer. */
  readonly media: readonly Media[];
  /** Where the rest is, of what did not fit. */
  readonly message?: string;
}

type Ended = Pick<Task, 'id' | 'outcome' | 'resultSchema'>;

/**
 * What to tell of a task's end, with all that can be handed on of its result: files go with the answer, and what does not fit is written to
 * one where there is a place for it. Without either it is there at once.
 */
export function wholeEnding(task: Ended, spill: Spill | undefined): Whole | Promise<Whole> {
  const { value } = valueOf(task.outcome) ?? {};
  const told = endingOf(task);
  if (task.outcome?.type === 'completed' && hasFiles(value)) return withFiles(task, value as Parts, spill);
  return told.truncated ? cut(task, { told, media: [] }, value, spill) : { told, media: [] };
}

async function withFiles(task: Ended, result: Parts, spill: Spill | undefined): Promise<Whole> {
  const { lines, media } = await loadParts(result, (value) => summaryOf(value).text);
  const { text, truncated } = capText(lines.join('\n'));
  const whole = { told: { summary: text, truncated }, media };
  return truncated ? cut(task, whole, result, spill) : whole;
}

const CUT = 'The result does not fit here, so its summary is cut. Where you need the rest, ask its agent for a part.';
const UNWRITTEN = 'All of it could not be written to a file.';

function cut(task: Ended, whole: Whole, value: unknown, spill: Spill | undefined): Whole | Promise<Whole> {
  const isTyped = task.outcome?.type === 'completed' && task.resultSchema !== undefined;
  if (spill === undefined) return isTyped ? { ...whole, message: CUT } : whole;
  // It may be the error that was cut.
  if (!summaryOf(value).truncated) return whole;
  const isText = typeof value === 'string' || isParts(value);
  return spill.write(task, () => textOf(value), isText ? 'txt' : 'json').then((file) => file === undefined
    ? { ...whole, message: UNWRITTEN }
    : { ...whole, told: { ...whole.told, file }, message: `All of it is in the file ${file}.` });
}

/** All of a result, as its file has it. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const json = (data: unknown): string => JSON.stringify(plainJson(data), undefined, 2);
  return isParts(value) ? value.parts.map((part) => partLine(part, json)).join('\n') : json(value);
}
