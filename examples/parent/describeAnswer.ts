import type { Answer } from './printer.js';
import { count } from './quantities.js';

/** The answer in a sentence of the printer's own, and what the child said apart from it. */
export function describeAnswer(tool: string, answer: Answer): { readonly sentence: string; readonly quoted: string } {
  const text = (key: string): string => (typeof answer[key] === 'string' ? answer[key] : '');
  const seconds = `${Number(answer['elapsed'] ?? 0).toFixed(1)} s`;
  switch (tool) {
    case 'delegate_task_async':
      return {
        sentence: `${text('task_id')} is ${text('status')}, ${String(answer['running'])} of at most ${String(answer['limit'])}`,
        quoted: '',
      };
    case 'steer_task':
      return { sentence: `the message is ${text('state')}`, quoted: '' };
    case 'cancel_task':
      return { sentence: `cancelled, and ${answer['stopped'] === true ? 'really stopped' : 'not stopped yet'}`, quoted: '' };
    case 'list_tasks': {
      const tasks = (answer['tasks'] ?? []) as readonly Readonly<Record<string, unknown>>[];
      const rows = tasks.map(({ task_id, status, elapsed, output_lines, goal }) => {
        const columns = [`${Number(elapsed).toFixed(1).padStart(5)} s`, `${String(output_lines).padStart(3)} lines`];
        return [task_id, String(status).padEnd(9), ...columns, goal].join('  ');
      });
      return { sentence: `${String(answer['total'])} tasks, ${String(answer['running'])} running`, quoted: rows.join('\n') };
    }
    case 'collect_task': {
      if (answer['timed_out'] === true) {
        return { sentence: `still running after ${seconds}; its last line:`, quoted: text('output').split('\n').at(-1) ?? '' };
      }
      const lines = count(Number(answer['output_lines']) + Number(answer['dropped_lines']), 'line');
      const [result = '', ...rest] = (text('summary') || text('error') || text('reason')).split('\n');
      const more = rest.length === 0 ? '' : ` (and ${count(rest.length, 'line')} more, in the report below)`;
      return { sentence: `${text('status')} after ${seconds} and ${lines}; its result:`, quoted: result + more };
    }
    default:
      return { sentence: '', quoted: JSON.stringify(answer) };
  }
}

/** What a look shows of a child, apart from its lines. */
export function describeCheck(answer: Answer, printed: number): string {
  const steering = Object.entries((answer['steering'] ?? {}) as Record<string, number>).filter(([, n]) => n > 0);
  const steered = steering.length === 0 ? '' : `; steering: ${steering.map(([state, n]) => `${n} ${state}`).join(', ')}`;
  const status = String(answer['status']);
  // What went wrong is told where it is seen first, and not only at the end.
  const error = status === 'failed' ? `: ${String(answer['error'])}` : '';
  const elapsed = `${status === 'running' ? 'for' : 'after'} ${Number(answer['elapsed']).toFixed(1)} s`;
  return `${status} ${elapsed}, ${count(printed, 'line')} printed${steered}${error}`;
}
