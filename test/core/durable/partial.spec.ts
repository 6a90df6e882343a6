import { describe, expect, it } from '@jest/globals';
import { concat, NEVER } from 'rxjs';
import { openSession } from '../../../src/core/openSession.js';
import { result, usage, type AgentOutput, type Outcome } from '../../../src/index.js';
import { memoryStore } from '../../../src/stores/memory.js';

/** How a task ends that has put this out and is over its budget then: now, and in the next life of its session. */
async function endings(partial: readonly AgentOutput<unknown>[]): Promise<readonly [Outcome, Outcome, readonly string[]]> {
  const store = memoryStore();
  const open = () => openSession({ store, agents: {} });
  const first = await open();
  const warnings: string[] = [];
  first.warnings.subscribe(({ code }) => { warnings.push(code); });
  const spend = usage({ inputTokens: 2, outputTokens: 0 });
  const { id, outcome } = first.delegate(() => concat(partial, [spend], NEVER), { goal: 'spend' }, { budget: { tokens: 1 } });
  await first.close();
  const second = await open();
  const again = second.get(id)!.outcome!;
  expect(second.get(id)!.snapshot().usage).toEqual({ inputTokens: 2, outputTokens: 0, incomplete: true });
  await second.close();
  return [outcome!, again, warnings];
}

describe('what there is of a result when a limit ends a task', () => {
  it.each<[string, unknown]>([
    ['text', 'so far'], ['data', { found: [1, null], more: { is: true } }], ['nothing', null], ['bytes', Uint8Array.of(1, 2, 250)],
  ])('should be there in the next life: %s', async (_, value) => {
    const [now, then, warnings] = await endings([result(value)]);
    expect(now).toMatchObject({ type: 'failed', error: { code: 'budget_exceeded' }, partial: value });
    expect(then).toEqual(now);
    expect(warnings).toEqual([]);
  });

  it('should be read as text where it is no JSON, and be warned of', async () => {
    const [, then, warnings] = await endings([result(new Map([['a', 1]]))]);
    expect(then).toMatchObject({ partial: '[["a",1]]' });
    expect(warnings).toEqual(['result_not_kept']);
  });

  it('should be missing there, too, where there was none', async () => {
    const [now, then] = await endings([]);
    expect(then).toEqual(now);
    expect(then).not.toHaveProperty('partial');
  });
});
