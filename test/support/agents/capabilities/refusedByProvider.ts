import { setTimeout as sleep } from 'node:timers/promises';
import { insist } from '../../matrix/insist.js';
import type { AgentCapability } from '../capability.js';
import { GOALS } from '../modelScript.js';
import { ADVICE } from './noLogin.js';
import { outcomeOf } from '../outcomeOf.js';

/** Milliseconds in which whoever waits is to hear something, whatever the agent retries. */
const SILENCE = 60_000;

/** Codex says it in words of its own. */
const OWN_WORDS = /high demand|retry limit/;

/** What tells whoever looks that it waits, and not for nothing. */
const WAITS = /nothing heard|tr(?:y|ies|ying) again|retr|reconnect/i;

/** A provider that refuses every request: the task fails in its words, or says meanwhile what it waits for. It never completes. */
export const refusedByProvider = (code: 401 | 429 | 500, words: string): AgentCapability => ({
  id: `${code}`, title: `fails, or says what it waits for, where the provider answers ${code}`,
  async play({ acp, model, session, answer }) {
    answer({ status: code, message: words });
    const task = session.delegate(await acp(), { goal: GOALS.count });
    const ending = outcomeOf(task);
    // The silence begins with the first refusal, not with the start.
    await Promise.race([ending, model.until(() => model.visits.length > 0)]);
    const began = performance.now();
    const waited = (): number => performance.now() - began;
    const shown = (): string => task.snapshot().preview.join('\n');
    while (task.outcome === undefined && waited() < SILENCE && !WAITS.test(shown())) await sleep(100);
    // What is said last before an end is no sign of waiting.
    await Promise.race([ending, sleep(2_000)]);
    if (task.outcome === undefined) {
      const tried = `${model.visits.length} requests in ${(waited() / 1_000).toFixed(0)} s`;
      const said = shown();
      task.cancel('enough');
      await ending;
      insist(WAITS.test(said), `It tries again by itself, and says nothing of it: ${tried}. ${said}`);
      return `It tries again by itself, and ${said.includes('nothing heard') ? 'a line says that nothing was heard for 30 s' : 'says so'}.`;
    }
    const { status, summary } = await ending;
    insist(status === 'failed', `${status}: ${summary}`);
    const isTold = summary.includes(String(code)) || summary.includes(words) || (code === 401 ? ADVICE : OWN_WORDS).test(summary);
    insist(isTold, `It failed without the provider's reason: ${summary}`);
    return undefined;
  },
});
