import * as z from 'zod';
import { QUESTION_KINDS } from '../../../core/question.js';
import type { HttpOptions } from '../../../parents/mcp/httpOptions.js';
import type { ServeOptions } from '../../../parents/mcp/serveOptions.js';
import { TOOL_NAMES } from '../../../tools/toolNames.js';
import { duration, object, variable, whole, words } from './shapes.js';

/** How hosts are served: every option but the session, which is made of another part, and the agents. */
export const serving = {
  defaultAgent: z.string().optional(),
  tools: z.array(z.enum(TOOL_NAMES)).min(1).optional(),
  mayAnswer: z.array(z.enum(QUESTION_KINDS)).optional(),
  lines: whole(0).optional(),
  budgets: z.boolean().optional(),
  spill: words.optional(),
  name: words.optional(),
  version: words.optional(),
  instructions: words.optional(),
  maxWait: duration(1).optional(),
  progressEvery: duration(1).optional(),
  elicit: z.union([z.literal(false), z.array(z.enum(QUESTION_KINDS))], {
    error: `expected false, or a list of ${QUESTION_KINDS.join(', ')}`,
  }).optional(),
} satisfies Record<Exclude<keyof ServeOptions, 'agents' | 'session' | 'endsSession' | 'onError'>, z.ZodType>;

type Own = Exclude<keyof HttpOptions, keyof ServeOptions>;

/** The file that keeps the tasks of a server, so that they survive it. */
export const store = z.union([words, z.literal(false)], { error: 'expected the path of a file, or false' });

/** What holds where hosts are served over HTTP; the flags come first. */
export const http = object({
  /** The name of the variable, never the token. */
  tokenEnv: variable.optional(),
  ...{
    origins: z.array(z.string().refine((origin) => URL.canParse(origin) && new URL(origin).origin === origin, {
      error: 'expected an origin, such as http://localhost:6274',
    })).optional(),
    maxSessions: whole(1).optional(),
    sessionTimeout: duration(1).optional(),
    maxBody: whole(1).optional(),
    bodyTimeout: duration(1).optional(),
  } satisfies Record<Exclude<Own, 'token' | 'port'>, z.ZodType>,
});
