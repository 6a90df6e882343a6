import { expect } from '@jest/globals';
import type { ExecuteOptions, Tool, ToolAnswer } from '../../../src/tools/index.js';
import { stringsOf } from './stringsOf.js';
import { isVisible } from './visible.js';

const REFUSALS = [
  'invalid_argument', 'task_not_found', 'evicted', 'not_running', 'not_steerable', 'mailbox_full', 'limit_reached', 'depth_exceeded',
  'session_closed', 'aborted', 'question_not_found', 'already_answered', 'not_allowed',
];
const FAILURES = ['agent_error', 'no_result', 'invalid_result', 'deadline_exceeded', 'stalled', 'not_started', 'unanswered'];

/** Calls a tool and holds its answer to what every answer of every tool has to be. */
export async function call(tool: Tool, input?: unknown, options?: ExecuteOptions): Promise<ToolAnswer> {
  const answer = await tool.execute(input, options);
  checkAnswer(tool, answer);
  return answer;
}

/** Plain JSON, described in full by the tool's own schema, readable, and with an error and a code where it refuses. */
export function checkAnswer(tool: Tool, answer: ToolAnswer): void {
  expect(JSON.parse(JSON.stringify(answer))).toStrictEqual(answer);
  expect(tool.outputSchema.parse(answer)).toStrictEqual(answer);
  expect(stringsOf(answer).filter((text) => !isVisible(text))).toEqual([]);
  if (answer.ok) {
    expect([...FAILURES, undefined]).toContain(answer.code);
    expect(answer.error === undefined).toBe(answer.code === undefined);
  } else {
    expect(REFUSALS).toContain(answer.code);
    expect(answer.error).toMatch(/^.{10,}[.?]$/su);
    expect(answer.error!.length).toBeLessThan(600);
  }
}
