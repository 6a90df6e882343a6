import { command, type CommandAgent } from 'sidestream/command';

/** What is known of a program that goes on. */
export interface Coder {
  readonly program: string;
  readonly file: string;
  readonly steps: number;
  readonly hangs: number;
}

/** A program that works in steps, and goes on with its session. */
export const create = ({ program, file, steps, hangs }: Coder): CommandAgent =>
  command(process.execPath, [program, file, String(steps), String(hangs)], {
    checkpoint: (line) => /"session":"([^"]+)"/.exec(line)?.[1],
    resume: (saved) => [program, file, String(steps), '0', '--resume', saved as string],
  });
