/** The `response` object of the Responses API. */
export const responseOf = (
  index: number, model: string, status: 'in_progress' | 'completed', output: readonly unknown[],
  usage?: { readonly input: number; readonly output: number },
) => ({
  id: `resp_${index}`,
  object: 'response',
  created_at: 0,
  status,
  model,
  output,
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  temperature: 1,
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  usage: usage === undefined ? null : {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.input + usage.output,
  },
});
