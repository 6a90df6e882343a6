import { cutText, headOf } from '../../../core/cutText.js';
import { tool, type AgentOutput } from '../../../core/output.js';

/** Characters of a call's arguments that are gathered, more than an event shows. */
const MAX_ARGS = 1_000;
const MAX_DETAIL = 500;

/**
 * The tool calls of a run. A call starts when its arguments are whole, since only then is it made, and ends with its result; one whose
 * result is never told, as many agents keep it to themselves, ends with the run.
 */
export function createToolCalls() {
  const calls = new Map<string, { readonly name: string; args: string; size: number; made: boolean }>();
  return {
    start(id: string, name: string): void { calls.set(id, { name, args: '', size: 0, made: false }); },
    args(id: string, delta: string): void {
      const call = calls.get(id);
      if (call === undefined) return;
      // An event shows no more than their head, and how long they were.
      if (call.args.length < MAX_ARGS) call.args += headOf(delta, MAX_ARGS);
      call.size += delta.length;
    },
    made(id: string): readonly AgentOutput<never>[] {
      const call = calls.get(id);
      if (call === undefined) return [];
      call.made = true;
      const { args, size } = call;
      const detail = args === '' || args === '{}' ? undefined : cutText(args, MAX_DETAIL, size - args.length).text;
      return [tool(call.name, 'started', detail, id)];
    },
    result(id: string, content: unknown): readonly AgentOutput<never>[] {
      const call = calls.get(id);
      if (call === undefined) return [];
      calls.delete(id);
      const detail = typeof content === 'string' ? content : JSON.stringify(content);
      return [tool(call.name, 'ended', detail === '' ? undefined : detail, id)];
    },
    /** Ends what is still open; a call that was never made never started either. */
    endAll(): readonly AgentOutput<never>[] {
      return [...calls].filter(([, { made }]) => made).map(([id, { name }]) => tool(name, 'ended', undefined, id));
    },
    /** The names of calls without a result. */
    namesOf(ids: readonly string[]): readonly string[] { return ids.map((id) => calls.get(id)?.name ?? id); },
  };
}
