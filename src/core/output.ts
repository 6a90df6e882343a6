/** One thing that an agent puts out. A bare string is short for a `line`. */
export type AgentOutput<R = string> =
  LineOutput | TextOutput | StepOutput | ToolOutput | UsageOutput | AttemptOutput | ResultOutput<R>;

/** Something printed; newlines in it part it into several lines. */
export interface LineOutput {
  readonly type: 'line';
  readonly text: string;
  /**
   * Whether it only says what becomes of tasks that this one has started: it is printed, and never a result. Where a limit ends a task that
   * has said such things and nothing else, `partial` is what one of those tasks has. @defaultValue false
   */
  readonly aside?: boolean | undefined;
}

/** A chunk of a token stream: lines are made of it at newlines, and of what is left at the end. It is wrapped where a line is cut. */
export interface TextOutput {
  readonly type: 'text';
  readonly text: string;
}

/** One model call or batch of tool calls is over: a steering boundary. */
export interface StepOutput {
  readonly type: 'step';
}

/** The result. The last one counts; without one the last thing printed that is not blank does. */
export interface ResultOutput<R> {
  readonly type: 'result';
  readonly value: R;
}

/** A tool call of the agent has started or ended. */
export interface ToolOutput {
  readonly type: 'tool';
  readonly name: string;
  readonly state: 'started' | 'ended';
  readonly detail?: string | undefined;
  /** Which call it is, where several of one tool may be under way at one time. */
  readonly callId?: string | undefined;
}

/** Tokens, and money where it is known, since the last such output. A task's snapshot has the sum. */
export interface UsageOutput {
  readonly type: 'usage';
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars. */
  readonly costUsd?: number | undefined;
}

/** What follows is a new attempt: what came before stays to be seen, and nothing of it is part of the result. */
export interface AttemptOutput {
  readonly type: 'attempt';
  /** Why there is another. */
  readonly reason: string;
  /** Whose attempt it is, where that is another agent. */
  readonly agent?: string | undefined;
}

/** Something printed; newlines in it part it into several lines. */
export const line = (text: string): LineOutput => ({ type: 'line', text });

/** A chunk of a token stream: lines are made of it at newlines, and of what is left at the end. It is wrapped where a line is cut. */
export const text = (chunk: string): TextOutput => ({ type: 'text', text: chunk });

/** One model call or batch of tool calls is over: a steering boundary. */
export const step = (): StepOutput => ({ type: 'step' });

/** A tool call of the agent has started or ended. */
export const tool = (name: string, state: ToolOutput['state'], detail?: string, callId?: string): ToolOutput => ({
  type: 'tool', name, state, ...(detail !== undefined && { detail }), ...(callId !== undefined && { callId }),
});

/** Tokens, and money where it is known, since the last such output. */
export const usage = (amount: Omit<UsageOutput, 'type'>): UsageOutput => ({ ...amount, type: 'usage' });

/** The result. The last one counts; without one the last thing printed that is not blank does. */
export const result = <R>(value: R): ResultOutput<R> => ({ type: 'result', value });

/** What follows is a new attempt: what came before stays to be seen, and nothing of it is part of the result. */
export const attempt = (reason: string, agent?: string): AttemptOutput => ({
  type: 'attempt', reason, ...(agent !== undefined && { agent }),
});
