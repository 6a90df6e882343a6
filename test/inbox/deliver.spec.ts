import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject } from 'rxjs';
import { createSession } from '../../src/index.js';
import { createInbox, type Batch, type Delivery } from '../../src/inbox/index.js';
import { createToolset } from '../../src/tools/index.js';
import { createVirtualTime } from '../support/virtualTime.js';

const setUp = (options: Parameters<typeof createInbox>[1] = {}) => {
  const { scheduler, advance } = createVirtualTime();
  const session = createSession({ scheduler, generateId: (name) => name, maxRunning: Infinity });
  const inbox = createInbox(session, options);
  const end = (name: string) => session.delegate(() => [`${name} is done`], { goal: name }, { name });
  return { session, inbox, scheduler, advance, end };
};

const goalsOf = ({ completions }: Pick<Batch, 'completions'>): string => completions.map(({ goal }) => goal).join(' ');

describe('deliver', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined], ['null', null], ['a number', 3], ['a string', 'told'], ['a plain object', { sent: true }],
  ])('should have told once where whoever tells answers with %s, and no stream', (_, answer) => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler });
    const told: string[] = [];
    const deliveries: Delivery[] = [];
    createInbox(session).deliver(({ id }) => {
      told.push(id);
      return answer as void;
    }).subscribe((delivery) => deliveries.push(delivery));
    session.delegate(() => ['x'], { goal: 'a' });
    advance(200_000);
    expect(deliveries.map((each) => each.told)).toEqual([true]);
    expect(told).toHaveLength(1);
    expect(session.unheard()).toEqual([]);
  });

  it('should hand over batches that can be sent on as JSON, with what is data in them', () => {
    const session = createSession();
    session.delegate(() => ['x'], { goal: 'a' });
    const batch = createInbox(session).lease()!;
    const { id, completions, digest, more, questions, text } = batch;
    expect(JSON.parse(JSON.stringify(batch))).toEqual({ id, completions, digest, more, questions, text });
  });

  it('should tell what ended in busy time when that is over, with nothing else ending', () => {
    const { inbox, advance, end } = setUp();
    let busy = true;
    const told: string[] = [];
    inbox.deliver((batch) => {
      told.push(goalsOf(batch));
      return [];
    }, { busy: () => busy }).subscribe();
    end('a');
    advance(10_000);
    expect(told).toEqual([]);
    busy = false;
    advance(1_000);
    expect(told).toEqual(['a']);
  });

  it('should try again after a second, doubled with each failure up to a minute, and from a second again once it was told', () => {
    const { inbox, session, advance, end, scheduler } = setUp();
    const start = scheduler.now();
    const tries: number[] = [];
    let isDown = true;
    inbox.deliver(() => {
      tries.push(scheduler.now() - start);
      if (isDown) throw new Error('no answer');
    }).subscribe();
    const pauses = (): number[] => tries.slice(1).map((at, n) => Math.round((at - tries[n]!) / 100) / 10);
    end('a');
    advance(300_000);
    expect(pauses().slice(0, 8)).toEqual([1.2, 2.2, 4.2, 8.2, 16.2, 32.2, 60.2, 60.2]);
    isDown = false;
    advance(60_200);
    expect(session.unheard()).toEqual([]);

    isDown = true;
    tries.length = 0;
    end('b');
    advance(5_000);
    expect(pauses()).toEqual([1.2, 2.2]);
  });

  it('should wait for the end of a burst, at most 900 ms, and no longer where one has failed', () => {
    const { inbox, session, advance, end } = setUp();
    const told: string[] = [];
    inbox.deliver((batch) => { told.push(goalsOf(batch)); }).subscribe();
    const fail = (name: string) => session.delegate(() => { throw new Error('no'); }, { goal: name }, { name });
    end('a');
    advance(149);
    expect(told).toEqual([]);
    advance(2);
    expect(told).toEqual(['a']);
    // Each ending prolongs it, up to 900 ms.
    for (let n = 0; n < 8; n++) {
      end(`b${n}`);
      advance(110);
    }
    expect(told).toHaveLength(1);
    advance(50);
    expect(told).toHaveLength(2);
    // A failure is told now, and what ends behind it in the same frame does not hold it up.
    fail('c');
    end('d');
    advance(1);
    expect(told.slice(2)).toEqual(['c d']);
    end('e');
    advance(100);
    fail('f');
    advance(1);
    expect(told.slice(3)).toEqual(['e f']);
  });

  it('should refuse numbers that are none, and keep what waits', () => {
    const { inbox, end } = setUp();
    end('a');
    for (const most of [0, -1, NaN, 1.5, '1', null]) {
      expect(() => inbox.lease(most as number)).toThrow(/^Expected `most` to be a whole number from 1, or Infinity, got /);
    }
    const batch = inbox.lease(1)!;
    for (const ms of [-1, NaN, 'x', null]) {
      expect(() => { batch.extend(ms as number); }).toThrow(/^Expected `ms` to be a number of milliseconds from 0, got /);
    }
    expect([goalsOf(batch), inbox.waiting]).toEqual(['a', 0]);
  });

  it('should leave no timer behind while nothing waits', () => {
    const { inbox, advance, end, scheduler } = setUp();
    inbox.deliver(() => [], { busy: () => true }).subscribe();
    advance(1_000);
    expect(scheduler.actions).toHaveLength(0);
    end('a').events.subscribe();
    advance(2_000);
    expect(scheduler.actions).toHaveLength(0);
  });

  it('should wait for a request of a wrapper that is under way, and not overlap it', () => {
    const { inbox, advance, end } = setUp();
    const told: string[] = [];
    inbox.deliver((batch) => {
      told.push(goalsOf(batch));
      return [];
    }).subscribe();
    const request = inbox.turn().send({});
    end('a');
    advance(60_000);
    expect(told).toEqual([]);
    request.answered();
    advance(1_000);
    expect(told).toEqual(['a']);
  });

  it('should wait for the calls that a request has asked for', async () => {
    const { inbox, advance, end, session } = setUp();
    const told: string[] = [];
    inbox.deliver((batch) => {
      told.push(goalsOf(batch));
      return [];
    }).subscribe();
    const tools = createToolset(session, { agents: { idle: { agent: () => NEVER, description: 'Waits.' } } });
    inbox.turn().send({}).answered(['call']);
    const collecting = tools.delegate_task.execute({ goal: 'wait', timeout: 300 }, { callId: 'call' });
    advance(1_000);
    end('a');
    advance(200_000);
    expect(told).toEqual([]);
    advance(100_000);
    await collecting;
    advance(2_000);
    expect(told).toEqual(['a']);
  });

  it('should count a telling that never settles as failed, and go on', () => {
    const { inbox, advance, end } = setUp({ leaseTime: 5_000 });
    const deliveries: Delivery[] = [];
    let tries = 0;
    inbox.deliver(() => ++tries === 1 ? NEVER : []).subscribe((delivery) => deliveries.push(delivery));
    end('a');
    advance(5_000);
    expect(deliveries).toEqual([]);
    end('b');
    advance(20_000);
    expect(deliveries.map((delivery) => [goalsOf(delivery), delivery.told])).toEqual([['a', false], ['a', true], ['b', true]]);
    expect(deliveries[0]!.error).toMatchObject({ code: 'timeout', message: expect.stringContaining('5000 ms') });
  });

  it('should wait for a telling that is extended, and hand it to nobody else', () => {
    const { inbox, advance, end } = setUp({ leaseTime: 5_000 });
    const deliveries: Delivery[] = [];
    const over = new Subject<never>();
    inbox.deliver((batch) => {
      batch.extend(30_000);
      return over;
    }).subscribe((delivery) => deliveries.push(delivery));
    end('a');
    advance(25_000);
    expect([deliveries, inbox.waiting]).toEqual([[], 0]);
    over.complete();
    expect(deliveries).toMatchObject([{ told: true }]);
  });

  it('should not tell twice what a wrapper’s request carries for longer than the lease', () => {
    const { inbox, advance, end, session } = setUp({ leaseTime: 5_000 });
    const deliveries: Delivery[] = [];
    const over = new Subject<never>();
    const turn = inbox.turn();
    let request!: ReturnType<typeof turn.send>;
    inbox.deliver(({ text }) => {
      request = turn.send({ texts: () => [`Wake up. ${text}`] });
      return over;
    }).subscribe((delivery) => deliveries.push(delivery));
    end('a');
    advance(600_000);
    expect([deliveries, inbox.waiting, inbox.lease()]).toEqual([[], 0, undefined]);
    request.answered();
    over.complete();
    expect([deliveries.map(({ told }) => told), session.unheard()]).toEqual([[true], []]);
  });

  it('should wake a parent when what was in other hands has come back by itself', () => {
    const { inbox, advance, end } = setUp({ leaseTime: 5_000 });
    end('a');
    inbox.lease();
    const told: string[] = [];
    inbox.deliver((batch) => {
      told.push(goalsOf(batch));
      return [];
    }).subscribe();
    advance(4_000);
    expect(told).toEqual([]);
    advance(2_000);
    expect(told).toEqual(['a']);
  });
});

describe('cancel_task beside an idle parent', () => {
  it('should not wake it with what it has ended', async () => {
    const { inbox, advance, session } = setUp();
    let told = 0;
    inbox.deliver(() => {
      told += 1;
      return [];
    }).subscribe();
    const tools = createToolset(session, { agents: { idle: { agent: () => NEVER, description: 'Waits.' } } });
    session.delegate(() => NEVER, { goal: 'a' }, { name: 'a' });
    const cancelling = tools.cancel_task.execute({ task_id: 'a' });
    advance(10_000);
    expect(await cancelling).toMatchObject({ ok: true, cancelled: true });
    advance(10_000);
    expect([told, session.unheard()]).toEqual([0, []]);
  });
});
