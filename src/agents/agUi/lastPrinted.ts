import type { AgentOutput } from '../../core/output.js';

/** The last thing that a run printed: its result, where it gives none. */
export function lastPrinted() {
  let printed: string | undefined;
  /** Of the line that has not come to its end. */
  let part = '';
  return {
    add(output: AgentOutput<unknown>): void {
      if (output.type === 'line') printed = output.text;
      if (output.type !== 'text') return;
      part += output.text;
      if (!output.text.includes('\n')) return;
      const lines = part.split(/\r?\n/);
      part = lines.pop() ?? '';
      printed = lines.at(-1);
    },
    get value(): string | undefined { return part === '' ? printed : part; },
  };
}
