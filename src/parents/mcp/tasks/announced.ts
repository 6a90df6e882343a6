import { McpError } from '../sdk.js';

/** What the extension is called, and what a server says of itself that has it. */
export const TASKS = 'io.modelcontextprotocol/tasks';

/** Where a request says what its client can do. */
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

/** The protocol's code for a request whose client cannot do what it asks for. */
const MISSING_CAPABILITY = -32_021;

/**
 * Whether a request announces the extension. Each has to by itself: the extension forbids taking one request's word, or that of an
 * `initialize`, for another's, because a client that has fallen back to an older protocol would not know what to do with a task.
 */
export function announces(params: unknown): boolean {
  const { _meta } = Object(params) as { readonly _meta?: Readonly<Record<string, unknown>> };
  const { extensions } = Object(_meta?.[CAPABILITIES]) as { readonly extensions?: Readonly<Record<string, unknown>> | null };
  const value = extensions?.[TASKS];
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws McpError where a request does not announce the extension that it uses */
export function demandTasks(params: unknown): void {
  if (announces(params)) return;
  throw new McpError(MISSING_CAPABILITY, 'Missing required client capability: announce the extension with each request.', {
    requiredCapabilities: { extensions: { [TASKS]: {} } },
  });
}
