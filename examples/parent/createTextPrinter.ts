import { styleText } from 'node:util';
import { writeCitation } from '../researcher/citation.js';
import { describeAnswer, describeCheck } from './describeAnswer.js';
import type { Printer } from './printer.js';
import { count, size } from './quantities.js';

export interface TextPrinterOptions {
  readonly colors: boolean;
  /** Where lines are cut, in characters: a wrapped one would break the columns. @defaultValue nowhere */
  readonly width?: number | undefined;
}

const margin = ' '.repeat(10);

/** For people: what is called, what it answers, and why the parent does what it does, as it happens. */
export function createTextPrinter(write: (text: string) => void, { colors, width = Infinity }: TextPrinterOptions): Printer {
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    colors ? styleText(format, text, { validateStream: false }) : text;
  const print = (text = ''): void => write(`${text}\n`);
  const fit = (text: string, used: number): string => {
    const room = Math.max(width - used, 20);
    return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
  };
  const quote = (text: string): void => {
    for (const line of text.split('\n')) print(`${margin}${style('gray', '|')} ${fit(line, margin.length + 2)}`);
  };

  // Of a child that is looked in on again and again, only what is new: how many lines of each were seen.
  const seen = new Map<string, number>();

  return {
    start: (directory, description) => {
      print(style('bold', `Three researchers on ${directory}`));
      print(description);
    },

    section: (title) => {
      print();
      print(style('bold', title));
    },

    note: (text) => print(`${margin}${text}`),

    called: ({ at, tool, input }) => {
      const values = Object.entries(input).map(([key, value]) =>
        key === 'task_id' || key === 'agent' ? String(value) : `${key}: ${JSON.stringify(value)}`,
      );
      print(`${style('gray', `${at.toFixed(2).padStart(7)} s`)} ${style('cyan', tool)}  ${values.join('  ')}`.trimEnd());
    },

    answered: ({ tool }, answer) => {
      if (!answer.ok) {
        print(`${margin}${style('yellow', `refused (${String(answer['code'])})`)}: ${String(answer['error'])}`);
        return;
      }
      if (tool === 'check_task') {
        const id = String(answer['task_id']);
        const printed = Number(answer['output_lines']) + Number(answer['dropped_lines']);
        const fresh = printed - (seen.get(id) ?? 0);
        const lines = String(answer['output_preview']).split('\n').slice(-Math.max(fresh, 0) || Infinity);
        seen.set(id, printed);
        print(`${margin}${style('green', 'ok')}: ${describeCheck(answer, printed)}${fresh > 0 ? '; the last of them:' : '; nothing new'}`);
        if (fresh > 0) quote(lines.join('\n'));
        return;
      }
      const { sentence, quoted } = describeAnswer(tool, answer);
      print(`${margin}${style('green', 'ok')}: ${sentence}`);
      if (quoted !== '') quote(quoted);
    },

    survey: ({ files, folders, bytes, languages, largest, remarks }) => {
      print(`${margin}${count(files, 'file')} in ${count(folders, 'folder')}, ${size(bytes)}`);
      const shown = languages.slice(0, 5);
      const others = languages.slice(5).reduce((sum, language) => sum + language.files, 0);
      const parts = [...shown.map((language) => `${language.language} ${language.files}`), ...(others === 0 ? [] : [`others ${others}`])];
      print(`${margin}by language: ${parts.join(', ')}`);
      print(`${margin}largest:     ${largest.map((file) => `${file.path} (${size(file.bytes)})`).join(', ')}`);
      for (const remark of remarks) print(`${margin}${remark}`);
    },

    report: ({ directory, questions, citations }) => {
      print();
      print(style('bold', `Report on ${directory}`));
      questions.forEach(({ question, status, answer, citations: places, remarks }, index) => {
        print();
        print(style('bold', `${index + 1}. ${question}`) + (status === 'completed' ? '' : `  [${status}]`));
        print(`   ${answer}`);
        const longest = Math.min(Math.max(...places.map(({ path, line }) => `${path}:${line}`.length)), 60);
        for (const place of places) {
          const [, where = '', excerpt = ''] = /^(.*?:\d+) {2}(.*)$/.exec(writeCitation(place)) ?? [];
          const padded = where.padEnd(longest);
          print(`     ${style('cyan', padded)}  ${fit(excerpt, padded.length + 7)}`);
        }
        if (remarks.length > 0) print(`   ${style('gray', `(${remarks.join('; ')})`)}`);
      });
      const { checked, found } = citations;
      const lost = `${checked - found} of ${checked} citations could not be found again: these files have changed meanwhile.`;
      print();
      print(found === checked ? `${count(checked, 'citation')}, each looked up again in its file.` : lost);
    },
  };
}
