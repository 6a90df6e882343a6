import type { AskedQuestion } from '../../../src/inbox/index.js';
import type { Completion } from '../../../src/tools/index.js';
import type { ModelRequest } from '../modelServer/script.js';
import { wordsOf } from '../modelServer/wordsOf.js';

/** Blocks of a message follow on one another without a break. */
const LINES = /\n|(?=A background task (?:has ended|asks)|\d+ (?:questions of )?background tasks )/;

/** What a request tells the model of tasks that have ended, wherever it stands among the user's messages; each as often as it is told. */
export const endingsIn = ({ messages }: Pick<ModelRequest, 'messages'>): readonly Completion[] => messages
  .filter(({ role }) => role === 'user')
  .flatMap((message) => wordsOf(message).split(LINES).filter((line) => line.startsWith('{"task_id"')))
  .map((line) => JSON.parse(line) as Completion)
  .filter((said) => !('question_id' in said));

/** What it tells the model of what tasks ask, in the same way. */
export const questionsIn = ({ messages }: Pick<ModelRequest, 'messages'>): readonly AskedQuestion[] => messages
  .filter(({ role }) => role === 'user')
  .flatMap((message) => wordsOf(message).split(LINES).filter((line) => line.startsWith('{"task_id"')))
  .map((line) => JSON.parse(line) as AskedQuestion)
  .filter((said) => 'question_id' in said);
