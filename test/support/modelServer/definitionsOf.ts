import type { ModelRequest } from './script.js';

/** A tool as a request offers it. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly strict: boolean | undefined;
}

interface Offered {
  readonly name: string;
  readonly description?: string;
  readonly strict?: boolean | null;
  /** Of chat-completions and of the Responses API. */
  readonly parameters?: ToolDefinition['schema'];
  /** Of the Messages API. */
  readonly input_schema?: ToolDefinition['schema'];
  /** Of a tool that an MCP server lists. */
  readonly inputSchema?: ToolDefinition['schema'];
  readonly function?: Offered;
  readonly functionDeclarations?: readonly (Offered & { readonly parametersJsonSchema?: ToolDefinition['schema'] })[];
}

/** The tools of a request, whichever API it is of. */
export function definitionsOf({ body }: Pick<ModelRequest, 'body'>): readonly ToolDefinition[] {
  const tools = (body['tools'] ?? []) as readonly Offered[];
  return tools.flatMap((tool) => tool.functionDeclarations ?? [tool.function ?? tool]).map((tool) => ({
    name: tool.name,
    description: tool.description,
    schema: tool.parameters ?? tool.input_schema ?? tool.inputSchema
      ?? (tool as { readonly parametersJsonSchema?: ToolDefinition['schema'] }).parametersJsonSchema ?? {},
    strict: tool.strict ?? undefined,
  }));
}
