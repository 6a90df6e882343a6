import type { Printer } from './printer.js';

/** One JSON object a line: each call with its answer, and the report at the end. */
export function createJsonPrinter(write: (text: string) => void): Printer {
  const silent = (): void => undefined;
  return {
    start: silent,
    section: silent,
    note: silent,
    called: silent,
    answered: (call, answer) => write(`${JSON.stringify({ ...call, answer })}\n`),
    survey: silent,
    report: (report) => write(`${JSON.stringify({ report })}\n`),
  };
}
