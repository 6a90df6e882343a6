import type { Part } from '../../core/parts.js';
import type { KeptEnding, KeptLetter, KeptQuestion, KeptTask } from '../../core/store.js';
import { partLine } from '../../tools/answers/media/partLine.js';
import { cleanText } from '../../tools/answers/text/cleanText.js';
import { jsonText } from './jsonText.js';
import { placesOf } from './placesOf.js';
import { duration, moment, oneLine } from './words.js';

/** All of a task but what it said, for people to read. */
export function taskText(task: KeptTask, now: number): string {
  const {
    id, agent, named, parentIds, brief, options, state, createdAt, startedAt, activeAt, attempt, tries, saved, letters, log, ended,
  } = task;
  const { goal, ...rest } = brief;
  const { tasks, scopes } = placesOf(parentIds);
  const fields: readonly (readonly [name: string, text: string | undefined])[] = [
    ['task', oneLine(id)],
    ['agent', `${oneLine(agent)}${named ? '' : ' (not one of the agents by name, so it is never run again)'}`],
    ['status', ended === undefined ? state : `${ended.ending.type}${ended.heard ? '' : ', and nobody has heard of it'}`],
    ['below', tasks.map((one) => oneLine(one)).join(' below ') || undefined],
    ['scope', scopes.map((one) => oneLine(one)).join(' in ') || undefined],
    ['created', `${moment(createdAt)} (${duration(now - createdAt)} ago)`],
    ['started', startedAt === undefined ? undefined : moment(startedAt)],
    ['last active', activeAt === undefined || ended !== undefined ? undefined : `${moment(activeAt)} (${duration(now - activeAt)} ago)`],
    ['ended', ended === undefined ? undefined : `${moment(ended.at)}, after ${duration(ended.at - (startedAt ?? createdAt))}`],
    ['with it', (ended?.ids ?? []).slice(1).map((one) => oneLine(one)).join(', ') || undefined],
    ['attempts', attempt > 1 || tries > 1 ? `${attempt}${tries > 1 ? `; ${tries} in a row ended with their process` : ''}` : undefined],
    ['usage', usageOf(task)],
    ['budget', options.budget === undefined ? undefined : JSON.stringify(options.budget)],
    ['checkpoint', saved === undefined ? undefined : `${JSON.stringify(saved).length} characters of JSON (export has them)`],
    ['lines', log.count === 0 ? undefined : `${log.count}, the last ${log.lines.length} kept (sidestream tasks lines ${oneLine(id)})`],
    ['key', options.key === undefined ? undefined : oneLine(options.key)],
    ['meta', options.meta === undefined ? undefined : jsonText(options.meta)],
    ['goal', typeof goal === 'string' ? cleanText(goal) : undefined],
    ['brief', Object.keys(rest).length === 0 ? undefined : jsonText(rest)],
    ...letters.map(letterOf),
    ...(task.questions ?? []).map(questionOf),
    ...ended === undefined ? [] : endingOf(ended.ending),
  ];
  const given = fields.filter((field): field is readonly [string, string] => field[1] !== undefined);
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, text]) => `${name.padEnd(width)}  ${text.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`).join('\n');
}

function usageOf({ usage }: KeptTask): string | undefined {
  if (usage === undefined) return undefined;
  const { inputTokens, outputTokens, costUsd, steps, toolCalls, incomplete } = usage;
  const words = [`${inputTokens} tokens in`, `${outputTokens} out`];
  for (const [amount, what] of [[costUsd, 'US dollars'], [steps, 'steps'], [toolCalls, 'tool calls']] as const) {
    if (amount !== undefined) words.push(`${amount} ${what}`);
  }
  return `${words.join(', ')}${incomplete === true ? '; perhaps more, as some of it was stopped' : ''}`;
}

function letterOf({ id, state, text, reason }: KeptLetter): readonly [name: string, text: string] {
  const why = reason === undefined ? '' : ` (${oneLine(reason)})`;
  return [`message ${oneLine(id, 40)}`, `${state}${why}${text === '' ? '' : `: ${cleanText(text)}`}`];
}

function questionOf({ question: { id, text }, how, answer }: KeptQuestion): readonly [name: string, text: string] {
  const said = answer === undefined ? '' : `: ${cleanText(typeof answer === 'string' ? answer : JSON.stringify(answer))}`;
  return [`question ${oneLine(id, 40)}`, `${cleanText(text)} (${how === 'answer' ? `answered${said}` : how ?? 'open'})`];
}

function endingOf(ending: KeptEnding): readonly (readonly [string, string])[] {
  switch (ending.type) {
    case 'failed': {
      const { error: { message, code }, partial: result, form } = ending;
      const partial = result === undefined ? [] : [['partial', resultOf({ result, form })] as const];
      return [['error', cleanText(`${message} (${code})`)], ...partial];
    }
    case 'cancelled': return [['reason', cleanText(ending.reason)]];
    case 'completed': return [['result', resultOf(ending)]];
  }
}

function resultOf({ result, form }: Pick<Extract<KeptEnding, { readonly type: 'completed' }>, 'result' | 'form'>): string {
  if (form === 'bytes') return `${Buffer.byteLength(result as string, 'base64')} bytes (export has them in base64)`;
  if (form === 'parts') return (result as unknown as readonly KeptPart[]).map(partText).join('\n');
  if (typeof result !== 'string') return jsonText(result);
  return form === 'text' ? `${cleanText(result)}\n(the text that is left of a result that was no JSON)` : cleanText(result);
}

/** A part as it is kept: its bytes in base64. */
type KeptPart = Part & { readonly data?: string };

const partText = (part: KeptPart): string => cleanText(partLine(
  part.data === undefined ? part : { ...part, data: Buffer.from(part.data as unknown as string, 'base64') } as Part,
  jsonText,
));
