import { insist } from '../../matrix/insist.js';
import type { AgentCapability } from '../capability.js';
import { GOALS } from '../modelScript.js';
import { ADVICE } from './noLogin.js';
import { outcomeOf } from '../outcomeOf.js';

/** Milliseconds in which whoever waits is to hear something, whatever the agent retries. */
const SILENCE = 60_000;

/** Codex says it in words of its own. */
const OWN_WORDS = /high demand|retry limit/;

/** A provider that refuses every request: the task fails in its words, or says meanwhile what it waits for. It never completes. */
export const refusedByProvider = (code: 401 | 429 | 500, words: string): AgentCapability => ({
  id: `${code}`, title: `fails, or says what it waits for, where the provider answers ${code}`,
  async play({ acp, model, session, answer }) {
    answer({ status: code, message: words });
    const task = session.delegate(await acp(), { goal: GOALS.count });
    const ending = outcomeOf(task);
    // The silence begins with the first refusal, not with the start.
    await Promise.race([ending, model.until(() => model.visits.length > 0)]);
    let timer: NodeJS.Timeout | undefined;
    const silent = new Promise<undefined>((resolve) => { timer = setTimeout(() => { resolve(undefined); }, SILENCE); });
    const ended = await Promise.race([ending, silent]);
    clearTimeout(timer);
    const tried = `${model.visits.length} requests in ${SILENCE / 1_000} s`;
    if (ended === undefined) {
      const shown = task.snapshot().preview.join('\n');
      task.cancel('enough');
      await ending;
      insist(shown !== '', `It retries and says nothing of it: ${tried}.`);
      return `It retries (${tried}); what is shown meanwhile: ${shown.slice(0, 300)}`;
    }
    const { status, summary } = ended;
    insist(status === 'failed', `${status}: ${summary}`);
    const isTold = summary.includes(String(code)) || summary.includes(words) || (code === 401 ? ADVICE : OWN_WORDS).test(summary);
    insist(isTold, `It failed without the provider's reason: ${summary}`);
    return undefined;
  },
});
