import * as z from 'zod';
import type { CommandOptions } from '../../../agents/command/commandOptions.js';
import { program } from './program.js';
import { duration, object, onRestart, strings, whole, words } from './shapes.js';

/** Every option of `command` but those that only code can say. */
const options = {
  description: words,
  ...program,
  steering: z.enum(['lines', 'json']).optional(),
  result: z.enum(['line', 'stdout']).optional(),
  stderr: z.enum(['keep', 'print']).optional(),
  maxResult: whole(1).optional(),
  successCodes: z.array(z.int()).optional(),
  grace: duration(0).optional(),
  drain: duration(0).optional(),
} satisfies Record<Exclude<keyof CommandOptions, 'input' | 'prompts' | 'read' | 'checkpoint' | 'resume' | 'onRestart'>, z.ZodType>;

export const command = object({
  kind: z.literal('command'), command: words, args: strings.optional(), onRestart: onRestart.optional(), ...options,
  /** The arguments with which `sidestream doctor` runs it, such as --version; without, it is looked for and not run. */
  check: strings.optional(),
});
