import * as z from 'zod';
import type { AcpOptions } from '../../../agents/acp/acpOptions.js';
import { OPTION_KINDS, TOOL_KINDS } from '../../../agents/acp/permission/permission.js';
import { presets } from '../../../agents/acp/presets.js';
import { program } from './program.js';
import { always, duration, environment, headers, object, onRestart, strings, whole, words } from './shapes.js';

const KINDS = TOOL_KINDS as readonly [string];
const server = z.union([
  object({ command: words, args: strings.optional(), env: environment.optional() }),
  object({ type: z.enum(['http', 'sse']), url: z.url(), headers: headers.optional() }),
], { error: 'expected an object with `command` (and args, env), or with `type`: http or sse, and `url` (and headers)' });

const answers = object(Object.fromEntries(TOOL_KINDS.map((kind) => [kind, z.enum(OPTION_KINDS).optional()])));

/** Every option of `acp`: what is a function there is data here. */
const options = {
  command: words.optional(),
  args: strings.optional(),
  ...program,
  install: words.optional(),
  description: words.optional(),
  steering: z.union([z.enum(['concurrent-prompt', 'cancel-and-reprompt', 'queue']), z.literal(false)], {
    error: 'expected concurrent-prompt, cancel-and-reprompt, queue or false',
  }).optional(),
  allow: z.union([z.literal('all'), z.array(z.enum(KINDS))], {
    error: `expected "all", or a list of ${TOOL_KINDS.join(', ')}`,
  }).optional(),
  /** What is answered to each kind that `allow` does not cover, or `"ask"`: each request is a question of the task. */
  permissions: z.union([z.literal('ask'), answers], {
    error: `expected "ask", or an object with an answer (${OPTION_KINDS.join(', ')}) for some of ${TOOL_KINDS.join(', ')}`,
  }).optional(),
  mode: words.optional(),
  unattended: z.boolean().optional(),
  seen: words.optional(),
  forgetsCancelled: z.boolean().optional(),
  files: z.enum(['none', 'read', 'write']).optional(),
  thoughts: z.enum(['hide', 'print']).optional(),
  /** By their names. */
  mcpServers: z.record(words, server).optional(),
  authenticate: words.optional(),
  keepAlive: z.union([duration(1), z.literal(true)], { error: 'expected true, or a number of milliseconds from 1' }).optional(),
  maxIdle: whole(0).optional(),
  anySession: z.boolean().optional(),
  handshakeTimeout: duration(1).optional(),
  cancelGrace: duration(0).optional(),
  grace: duration(0).optional(),
  promptSilence: duration(1).optional(),
  maxMessageLength: whole(1).optional(),
} satisfies Record<Exclude<keyof AcpOptions, 'onRestart' | 'resumePrompt'>, z.ZodType>;

export const acp = object({
  kind: z.literal('acp'), preset: z.enum(Object.keys(presets) as [keyof typeof presets]).optional(), onRestart: onRestart.optional(),
  ...options,
}).refine((config) => ['preset', 'command'].some((field) => (Object(config) as Record<string, unknown>)[field] !== undefined), {
  ...always,
  error: 'expected `preset`, or the `command` that starts the agent',
});
