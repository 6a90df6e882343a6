import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Observable, type Subscriber } from 'rxjs';
import { openSession, type DurableSessionOptions } from '../../src/core/openSession.js';
import { createInbox, type Batch } from '../../src/inbox/index.js';
import { line, result, type AgentContext, type AgentFunction, type AgentOutput, type Brief } from '../../src/index.js';
import { crash } from '../support/crashes/crash.js';
import { tape } from '../support/crashes/medium.js';
import { timesLawRuns } from '../support/laws/play.js';
import { createVirtualTime } from '../support/virtualTime.js';

type Out = Subscriber<AgentOutput>;
type Policy = 'interrupt' | 'restart' | 'resume';

/** One task of one agent, in a life that is cut behind each frame of a diagram; what the next process finds there is a diagram, too. */
interface Stage {
  readonly calls: unknown[];
  out: Out | undefined;
  context: AgentContext | undefined;
  readonly agents: DurableSessionOptions['agents'];
}

function stage(onRestart: Policy): Stage {
  const all: Stage = { calls: [], out: undefined, context: undefined, agents: {
    child: {
      agent: ((_: Brief, _steering: Observable<string>, context: AgentContext) => new Observable<AgentOutput>((out) => {
        all.calls.push(context.saved ?? 'anew');
        all.out = out;
        all.context = context;
      })) as AgentFunction,
      onRestart,
    },
  } };
  return all;
}

/**
 * Lives a diagram, and answers with what a process finds that begins when this one has ended behind a frame:
 * `.` nothing, `q` it waits, `r` it is run again from its beginning, `0` to `9` it goes on from that checkpoint, `x` interrupted, `D` done
 * and unheard, `T` done and told by the same batch, `H` done and heard of.
 */
async function afterEachFrame(life: string, onRestart: Policy): Promise<string> {
  const medium = tape();
  const { scheduler } = createVirtualTime();
  const first = stage(onRestart);
  const session = await openSession({ store: medium.store, agents: first.agents, scheduler, maxRunning: 1, overflow: 'queue' });
  const blocker = stage('interrupt');
  const inbox = createInbox(session);
  const agent = (first.agents['child'] as { readonly agent: AgentFunction }).agent;
  let batch: Batch | undefined;
  let checkpoint = 0;
  let found = '';
  for (const what of life) {
    if (what === 'q') {
      session.delegate((blocker.agents['child'] as { readonly agent: AgentFunction }).agent, { goal: 'first' }, { name: 'other' });
      session.delegate(agent, { goal: 'work' }, { name: 'child' });
    } else if (what === 's') session.delegate(agent, { goal: 'work' }, { name: 'child' });
    else if (what === 'l') first.out!.next(line('a line'));
    else if (what === 'c') first.context!.save(++checkpoint);
    else if (what === 'm') session.tasks().at(-1)!.steer('a message');
    else if (what === 'd') {
      first.out!.next(result('done'));
      first.out!.complete();
    } else if (what === 't') batch = inbox.lease();
    else if (what === 'a') batch!.acknowledge();
    else if (what === 'g') batch!.release();
    found += await whatIsFound(medium.copy(false), onRestart, batch?.id);
  }
  return found;
}

async function whatIsFound(medium: ReturnType<typeof tape>, onRestart: Policy, told: string | undefined): Promise<string> {
  const { scheduler, advance } = createVirtualTime();
  const next = stage(onRestart);
  const session = await openSession({ store: medium.store, agents: next.agents, scheduler, maxRunning: 1, overflow: 'queue' });
  const task = session.tasks().find(({ brief }) => brief.goal === 'work');
  const waits = task?.status === 'queued';
  advance(1);
  if (task === undefined) return '.';
  if (task.outcome?.type === 'failed') return task.outcome.error.code === 'interrupted' ? 'x' : '?';
  if (task.outcome?.type === 'completed') {
    const batch = createInbox(session).lease();
    return batch === undefined ? 'H' : batch.id === told ? 'T' : 'D';
  }
  if (next.calls[0] === 'anew') return task.snapshot().startedAt !== undefined && waits && onRestart === 'restart' ? 'r' : 'q';
  return typeof next.calls[0] === 'number' ? String(next.calls[0]) : '?';
}

describe('law 13: what was acknowledged is known after any crash', () => {
  it('should end what ran, unless its agent says that it may run again', async () => {
    const life = '        -s-l-c-l-c-m-d-t-g-t-a-';
    const interrupted = ' .xxxxxxxxxxxxDDTTTTTTHH';
    const restarted = '   .rrrrrrrrrrrrDDTTTTTTHH';
    const resumed = '     .xxxx11112222DDTTTTTTHH';
    expect(await afterEachFrame(life.trim(), 'interrupt')).toBe(interrupted.trim());
    expect(await afterEachFrame(life.trim(), 'restart')).toBe(restarted.trim());
    expect(await afterEachFrame(life.trim(), 'resume')).toBe(resumed.trim());
  });

  it('should run what waited, whatever its agent says', async () => {
    const life = '  -q-m-';
    const found = ' .qqqq';
    expect(await afterEachFrame(life.trim(), 'interrupt')).toBe(found.trim());
    expect(await afterEachFrame(life.trim(), 'resume')).toBe(found.trim());
  });

  it(`should hold, on ${timesLawRuns(60)} random schedules`, async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 5, max: 40 }), async (seed, commands) => {
      const { violations } = await crash({ seed, commands, medium: tape, every: 29, again: 13 });
      if (violations.length > 0) throw violations[0]!.error;
    }), { numRuns: timesLawRuns(60) });
  });
});
