import { createInterface } from 'node:readline/promises';

/** A person at a terminal. What is said goes to stderr: stdout is for what was asked for. */
export interface Terminal {
  /** Answers with a line; with nothing where the input has ended. */
  ask(question: string): Promise<string>;
  say(words: string): void;
}

/** The person who has started this process, where there is one. */
export function openTerminal(): Terminal | undefined {
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY || !output.isTTY) return undefined;
  return {
    async ask(question) {
      const lines = createInterface({ input, output });
      const ended = new Promise<string>((resolve) => { lines.once('close', () => { resolve(''); }); });
      // Ctrl-C is no answer, and no end without a word of this program's own.
      lines.once('SIGINT', () => { process.exit(130); });
      const answer = await Promise.race([lines.question(question), ended]);
      lines.close();
      return answer;
    },
    say: (words) => { output.write(`${words}\n`); },
  };
}
