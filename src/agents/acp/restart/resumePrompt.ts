/** What an agent is told when it goes on. */
export const RESUME_PROMPT = 'The process in which you worked has ended, and you were interrupted. What you were doing may be done, or '
  + 'half done, or not begun: look at what is there before you do anything again. Then go on until your task is done, and give your final '
  + 'answer. If it was done already, give your final answer again.';

/** The words with which a task goes on: its goal is repeated, as an agent may not have written down what it was asked last. */
export const resumePromptOf = (prompt: string, goal: string, told: readonly string[]): string => [
  prompt, `Your task is, as before:\n\n${goal}`, ...told.length === 0 ? [] : ['Since then you were told:', ...told],
].join('\n\n');
