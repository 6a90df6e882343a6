import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Retention } from '../../../../src/core/internal/session/retention.js';

class Ended {
  endedAt: number | undefined;
  endOrder = 0;
  isHeard = false;
  constructor(readonly name: string, readonly weight: number) {}
}

function retaining(limits: { count?: number; age?: number; unheard?: number; bytes?: number }) {
  const forgotten: string[] = [];
  const clock = { now: 0 };
  const retention = new Retention<Ended>(
    { count: 200, age: 3_600_000, unheard: 1_000, bytes: Infinity, ...limits }, () => clock.now, ({ name }) => forgotten.push(name),
  );
  const end = (name: string, weight = 0) => {
    const task = new Ended(name, weight);
    task.endedAt = clock.now;
    retention.ended(task);
    return task;
  };
  return { retention, forgotten, clock, end };
}

describe('Retention', () => {
  it('should forget nothing until it is swept', () => {
    const { retention, forgotten, end } = retaining({ count: 0, unheard: 0 });
    retention.heard(end('a'));
    end('b');
    expect(forgotten).toEqual([]);
    retention.sweep();
    expect([...forgotten].sort()).toEqual(['a', 'b']);
  });

  it('should forget what was heard of in the order of its end, not of its hearing', () => {
    const { retention, forgotten, end } = retaining({ count: 1 });
    const tasks = ['a', 'b', 'c'].map((name) => end(name));
    for (const task of [...tasks].reverse()) retention.heard(task);
    retention.sweep();
    expect(forgotten).toEqual(['a', 'b']);
  });

  it('should keep those that were heard of apart from those that were not', () => {
    const { retention, forgotten, end } = retaining({ count: 1, unheard: 1 });
    end('a');
    retention.heard(end('b'));
    retention.sweep();
    expect(forgotten).toEqual([]);
    end('c');
    retention.heard(end('d'));
    retention.sweep();
    expect([...forgotten].sort()).toEqual(['a', 'b']);
  });

  it('should forget by age what was heard of, and nothing else', () => {
    const { retention, forgotten, clock, end } = retaining({ age: 10 });
    retention.heard(end('a'));
    end('unheard');
    clock.now = 5;
    retention.heard(end('b'));
    clock.now = 10;
    retention.sweep();
    expect(forgotten).toEqual([]);
    clock.now = 11;
    retention.sweep();
    expect(forgotten).toEqual(['a']);
    clock.now = 100;
    retention.sweep();
    expect(forgotten).toEqual(['a', 'b']);
  });

  it('should take a task that was heard of as it ended', () => {
    const { retention, forgotten } = retaining({ count: 0 });
    const task = new Ended('a', 0);
    task.isHeard = true;
    task.endedAt = 0;
    retention.ended(task);
    retention.sweep();
    expect(forgotten).toEqual(['a']);
  });

  it('should not mind being told twice, or of a task that is gone', () => {
    const { retention, forgotten, end } = retaining({ count: 1, unheard: 0 });
    const task = end('a');
    retention.sweep();
    retention.heard(task);
    retention.heard(task);
    retention.sweep();
    expect(forgotten).toEqual(['a']);
  });

  it('should keep everything where there is no limit', () => {
    const { retention, forgotten, end } = retaining({ count: Infinity, unheard: Infinity });
    for (let n = 0; n < 2_000; n++) if (n % 2 === 0) retention.heard(end(String(n)));
    retention.sweep();
    expect(forgotten).toEqual([]);
  });

  it('should keep just what its limits say, whatever ends and is heard of', () => {
    const steps = fc.array(fc.oneof(fc.constant('end' as const), fc.nat(10)), { maxLength: 40 });
    fc.assert(fc.property(steps, fc.nat(2), fc.nat(2), (all, count, unheard) => {
      const { retention, forgotten, end } = retaining({ count, unheard });
      let kept: Ended[] = [];
      let ends = 0;
      for (const step of all) {
        if (step === 'end') kept.push(end(String(ends++)));
        else if (kept[step] !== undefined) retention.heard(kept[step]);
        retention.sweep();
        const heard = kept.filter(({ isHeard }) => isHeard);
        const others = kept.filter(({ isHeard }) => !isHeard);
        const stay = new Set([...heard.slice(Math.max(0, heard.length - count)), ...others.slice(Math.max(0, others.length - unheard))]);
        kept = kept.filter((task) => stay.has(task));
        expect(ends - forgotten.length).toBe(kept.length);
        for (const { name } of kept) expect(forgotten).not.toContain(name);
      }
      expect(new Set(forgotten).size).toBe(forgotten.length);
    }));
  });

  it('should keep so many bytes, of those that were not heard of rather than of the others', () => {
    const { retention, forgotten, end } = retaining({ bytes: 100 });
    const [first] = [end('a', 40), end('b', 40)];
    retention.sweep();
    expect(forgotten).toEqual([]);
    const third = end('c', 40);
    retention.heard(third);
    retention.sweep();
    expect(forgotten).toEqual(['c']);
    retention.heard(first);
    end('d', 40);
    retention.sweep();
    expect(forgotten).toEqual(['c', 'a']);
    end('e', 90);
    retention.sweep();
    expect(forgotten).toEqual(['c', 'a', 'b', 'd']);
  });

  it('should keep a single task whatever it weighs', () => {
    const { retention, forgotten, end } = retaining({ bytes: 10 });
    end('a', 1_000);
    retention.sweep();
    retention.heard(end('b', 1_000));
    retention.sweep();
    expect(forgotten).toEqual(['b']);
  });

  it('should not take longer for ends that are heard of newest first', () => {
    const { retention, forgotten, end } = retaining({ count: Infinity, unheard: Infinity });
    const tasks = Array.from({ length: 100_000 }, (_, n) => end(String(n)));
    // Walking back to the place of each would be five thousand million steps.
    for (const task of tasks.reverse()) {
      retention.heard(task);
      retention.sweep();
    }
    expect(forgotten).toEqual([]);
  });
});
