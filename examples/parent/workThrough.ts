import type { FileList } from '../corpus/listFiles.js';
import { readCitation } from '../researcher/citation.js';
import { chooseFocus } from './chooseFocus.js';
import { countMarks, markQuestion } from './countMarks.js';
import { countTrueCitations } from './countTrueCitations.js';
import type { Caller } from './createCaller.js';
import { lookUntil } from './lookUntil.js';
import type { Printer } from './printer.js';
import { readSummary } from './readSummary.js';
import type { QuestionReport, Report } from './report.js';
import { surveyDirectory } from './surveyDirectory.js';
import { textOf } from './textOf.js';

export interface Work {
  readonly directory: string;
  readonly list: FileList;
  /** Three. */
  readonly questions: readonly string[];
  readonly call: Caller;
  readonly printer: Printer;
  readonly signal: AbortSignal;
}

/**
 * The parent: what a model would do with the six tools, done by a program.
 *
 * It never waits for a child while it has something else to do: the children run while it surveys, looks in, steers
 * and counts, and only at the end does it collect.
 */
export async function workThrough(work: Work): Promise<Report> {
  const { directory, list, questions, call, printer, signal } = work;

  printer.section('1. Start three researchers: each call answers at once');
  const ids: string[] = [];
  for (const question of questions) ids.push(await start(call, question));
  const [first = '', second = ''] = ids;

  printer.section('2. Meanwhile, work of its own: the parent surveys the directory');
  const survey = await surveyDirectory(directory, list, questions[1] ?? '', signal);
  printer.survey(survey);

  printer.section('3. Look in on the first');
  await call('check_task', { task_id: first });

  printer.section('4. Steer the second in mid-run');
  // Where the survey's sample has nothing on the question, by the files alone.
  const focus = chooseFocus(survey.mentions, list.paths) ?? chooseFocus(new Map(list.paths.map((path) => [path, 1])), list.paths) ?? '';
  const message = await steer(work, second, focus);

  printer.section('5. Start a fourth, and cancel it');
  const fourth = await startAndCancel(work);

  printer.section('6. List them all');
  await call('list_tasks', {});

  printer.section('7. Nothing else to do: collect');
  const reports: QuestionReport[] = [];
  for (const [index, task_id] of ids.entries()) {
    const { status, summary } = await collect(call, task_id);
    const result = readSummary(summary);
    // By its own words, since a message may come too late to be obeyed.
    const steered = task_id === second && result.remarks.some((remark) => remark.includes(`(${message})`));
    reports.push({ question: questions[index] ?? '', task_id, status, ...(steered ? { steered: message } : {}), ...result });
  }

  const citations = reports.flatMap((report) => report.citations);
  const found = await countTrueCitations(directory, citations);
  return { directory, files: survey.files, questions: [...reports, fourth], citations: { checked: citations.length, found } };
}

async function start(call: Caller, goal: string): Promise<string> {
  const answer = await call('delegate_task_async', { agent: 'researcher', goal });
  if (!answer.ok) throw new Error(`No researcher for ${JSON.stringify(goal)}: ${textOf(answer, 'error')}`);
  return textOf(answer, 'task_id');
}

/** Narrows a child to a part of the directory, once it has shown that it looks elsewhere too. Answers with the message. */
async function steer({ call, printer, signal }: Work, task_id: string, focus: string): Promise<string> {
  const isOutside = (line: string): boolean => {
    const citation = readCitation(line);
    return citation !== undefined && !citation.path.toLowerCase().includes(focus.toLowerCase());
  };
  printer.note(`By the survey, a good part of what there is on its question is in ${focus}: it shall look only there.`);
  let wasOutside = false;
  const isTime = (lines: readonly string[]): boolean => {
    wasOutside = lines.some(isOutside);
    return wasOutside || lines.some(isHalfway);
  };
  await lookUntil(call, task_id, isTime, signal);
  printer.note(wasOutside ? 'So far it cites other places too.' : 'So far it has shown nothing from elsewhere. It is told all the same:');

  const message = `only ${focus}`;
  const { ok } = await call('steer_task', { task_id, message });
  if (!ok) {
    printer.note('It was through already: too late to steer.');
    return message;
  }
  const isObeyed = await lookUntil(
    call,
    task_id,
    (lines, { steering }) => {
      if (!((steering as { readonly delivered?: number } | undefined)?.delivered ?? 0)) return false;
      // It says when it starts over. Once that has left the preview, all of the preview came after it.
      const start = lines.findLastIndex((line) => line.startsWith(`${message}: `));
      const since = lines.slice(start + 1);
      return since.some((line) => readCitation(line) !== undefined) && !since.some(isOutside);
    },
    signal,
  );
  printer.note(isObeyed ? `From there on, every place that it cites is in ${focus}.` : 'What it made of that is to be seen in the report.');
  return message;
}

/** Whether a child says that it has read half of what it reads: to wait any longer would be to come too late. */
function isHalfway(line: string): boolean {
  const [, read, total] = /^read (\d+) of (\d+) files/.exec(line) ?? [];
  return read !== undefined && Number(read) * 2 >= Number(total);
}

/** Starts a child whose question the parent then answers by itself, so that there is no need to wait for it. */
async function startAndCancel({ directory, list, call, printer, signal }: Work): Promise<QuestionReport> {
  const task_id = await start(call, markQuestion);
  const { lines, files, looked } = await countMarks(directory, list.paths, signal);
  const counted = `${lines} such lines in ${files} of ${looked} files`;
  printer.note(`Meanwhile the parent has counted by itself: ${counted}. The researcher is not needed any more.`);

  await call('check_task', { task_id });
  const cancelled = await call('cancel_task', { task_id, reason: 'the parent has counted by itself' });
  if (!cancelled.ok) printer.note('It was through already: too late to cancel.');
  return {
    question: markQuestion,
    task_id,
    status: cancelled.ok ? 'cancelled' : textOf(cancelled, 'status'),
    answer: `Counted by the parent: ${counted}.`,
    citations: [],
    remarks: [],
  };
}

async function collect(call: Caller, task_id: string): Promise<{ readonly status: string; readonly summary: string }> {
  for (;;) {
    const answer = await call('collect_task', { task_id, timeout: 10 });
    // A timeout is an answer and not an end: it shows how far the child is, and it can be collected again.
    if (answer['timed_out'] === true) continue;
    const summary = textOf(answer, 'summary') || textOf(answer, 'error') || textOf(answer, 'reason');
    return { status: textOf(answer, 'status'), summary };
  }
}
