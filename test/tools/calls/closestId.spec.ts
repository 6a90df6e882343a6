import { describe, expect, it } from '@jest/globals';
import { closestId } from '../../../src/tools/calls/closestId.js';

describe('closestId', () => {
  const ids = ['researcher-7kq2wd', 'researcher-m4nx8p', 'writer-c9t3hs'];

  it.each([
    ['a wrong character', 'researcher-7kq2wb', 'researcher-7kq2wd'],
    ['a missing character', 'researcher-7kq2w', 'researcher-7kq2wd'],
    ['one too many', 'researcher-7kkq2wd', 'researcher-7kq2wd'],
    ['two that changed places', 'writer-c9th3s', 'writer-c9t3hs'],
    ['capitals', 'Writer-C9t3hs', 'writer-c9t3hs'],
    ['a wrong separator', 'researcher_m4nx8p', 'researcher-m4nx8p'],
    ['nothing wrong at all', 'writer-c9t3hs', 'writer-c9t3hs'],
  ])('should find the id that was meant in spite of %s', (_, id, meant) => {
    expect(closestId(id, ids)).toBe(meant);
  });

  const strange = ['', 'x', 'toString', '__proto__', 'researcher-zzzzzz', 'editor-7kq2wd', 'x'.repeat(1_000_000)];

  it.each(strange.map((id) => [id.slice(0, 20), id]))('should find nothing close to %s', (_, id) => {
    expect(closestId(id, ids)).toBeUndefined();
  });

  it('should take no other task of the same long-named agent for the one that was meant', () => {
    expect(closestId('frontend-quality-reviewer-7kq2wd', ['frontend-quality-reviewer-m4nx8p'])).toBeUndefined();
  });

  it('should prefer the closest', () => {
    expect(closestId('worker-aaaa', ['worker-aabb', 'worker-aaab', 'worker-bbaa'])).toBe('worker-aaab');
  });

  it('should find nothing among nothing', () => {
    expect(closestId('worker-1', [])).toBeUndefined();
  });

  it('should look at the newest only, where there are very many', () => {
    const many = Array.from({ length: 100_000 }, (_, n) => `worker-${n + 100_000}`);
    const start = process.cpuUsage().user;

    expect(closestId('worker-19999x', many)).toBe('worker-199990');
    expect(closestId('worker-10000x', many)).not.toBe('worker-100000');
    expect(process.cpuUsage().user - start).toBeLessThan(500_000);
  });
});
