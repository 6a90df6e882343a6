import type { ModelRequest, Turn } from '../modelServer/script.js';
import { wordsOf } from '../modelServer/wordsOf.js';
import type { RealAgent } from './realAgent.js';

/** The goals that the agents are given, each with what its model does. */
export const GOALS = {
  count: 'Please count to three.',
  remember: 'Please remember the word swordfish.',
  recall: 'Please tell me what the word was.',
  whale: 'Please write about the blue whale.',
  edit: 'Please edit the note.',
  run: 'Please run the command.',
  read: 'Please read the file.',
  hang: 'Please work for ever.',
} as const;

export type Goal = keyof typeof GOALS;

/** What a message says that steers. */
export const LEFT = 'Turn left, says alpha.';
export const RIGHT = 'Turn right, says bravo.';

/** What the calls of the goals `edit`, `run` and `read` are made with. */
export interface Work {
  readonly file: string;
  readonly command: string;
}

/**
 * What the model does with a request, by the last goal or message that a user's words hold. It answers a tool's answer with words, and
 * what an agent asks for itself, such as a title, with a word.
 */
export function modelScript({ edit, shell, read }: RealAgent, { file, command }: Work): (request: ModelRequest) => Turn {
  return (request) => {
    if (request.tools.length === 0) return { say: 'a title' };
    const { messages } = request;
    const isAsked = (text: string) => (message: typeof messages[number]): boolean =>
      message.role === 'user' && wordsOf(message).includes(text);
    const lastOf = (text: string): number => messages.findLastIndex(isAsked(text));
    const steered = Math.max(lastOf(LEFT), lastOf(RIGHT));
    const goals = (Object.keys(GOALS) as Goal[]).map((goal) => {
      const at = lastOf(GOALS[goal]);
      return { goal, at, within: at < 0 ? -1 : wordsOf(messages[at]!).lastIndexOf(GOALS[goal]) };
    });
    // One message may hold two of them: what a cancelled turn was about, and what is asked now.
    const { goal, at } = goals.reduce((best, each) => each.at > best.at || each.at === best.at && each.within > best.within ? each : best);
    if (steered >= 0 && steered >= at) return { say: 'turned as I was told' };
    const isBack = messages.slice(at + 1).some(({ role }) => role === 'tool');
    if (at < 0) return { say: 'I know of no goal' };
    switch (goal) {
      case 'count': return { say: ['one\n', 'two\n', 'three\n', 'counted'], pace: 150 };
      case 'remember': return { say: 'understood' };
      case 'recall': return { say: messages.some((each) => wordsOf(each).includes('swordfish')) ? 'swordfish' : 'I do not know' };
      case 'whale': return isBack
        ? { say: Array.from({ length: 100 }, (_, n) => `more ${n}\n`), pace: 100 }
        : { say: Array.from({ length: 20 }, (_, n) => `step ${n}\n`), pace: 100, call: [read(file, request)] };
      case 'edit': return isBack || typeof edit === 'string' ? { say: 'that was the edit' } : { call: [edit(file, 'written', request)] };
      case 'run': return isBack ? { say: 'that was the command' } : { call: [shell(command, request)] };
      case 'read': return isBack ? { say: 'that was the file' } : { call: [read(file, request)] };
      case 'hang': return { say: ['waiting\n', 'still waiting\n'], pace: 50, then: 'hang' };
    }
  };
}
