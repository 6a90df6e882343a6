import { describe, expect, it } from '@jest/globals';
import { closestId } from '../../../src/tools/calls/closestId.js';

const among = (ids: readonly string[]) => {
  const known = new Set(ids);
  return (id: string): boolean => known.has(id);
};

describe('closestId', () => {
  const exists = among(['researcher-7kq2wd', 'researcher-m4nx8p', 'writer-c9t3hs']);

  it.each([
    ['a wrong character', 'researcher-7kq2wb', 'researcher-7kq2wd'],
    ['a missing character', 'researcher-7kq2w', 'researcher-7kq2wd'],
    ['a missing first character', 'esearcher-7kq2wd', 'researcher-7kq2wd'],
    ['one too many', 'researcher-7kkq2wd', 'researcher-7kq2wd'],
    ['one too many at the end', 'researcher-7kq2wd.', 'researcher-7kq2wd'],
    ['two that changed places', 'writer-c9th3s', 'writer-c9t3hs'],
    ['the last two that changed places', 'writer-c9t3sh', 'writer-c9t3hs'],
    ['capitals', 'Writer-C9T3HS', 'writer-c9t3hs'],
    ['quotes', '`writer-c9t3hs`', 'writer-c9t3hs'],
    ['blanks', ' writer-c9t3hs\n', 'writer-c9t3hs'],
    ['a wrong separator', 'researcher_m4nx8p', 'researcher-m4nx8p'],
    ['nothing wrong at all', 'writer-c9t3hs', 'writer-c9t3hs'],
  ])('should find the id that was meant in spite of %s', (_, id, meant) => {
    expect(closestId(id, exists)).toBe(meant);
  });

  const strange = [
    '', 'x', 'toString', '__proto__', 'researcher-zzzzzz', 'editor-7kq2wd', 'x'.repeat(1_000_000), 'researcher-7kq2', 'researcher-7kq3we',
  ];

  it.each(strange.map((id) => [id.slice(0, 20), id]))('should find nothing that one slip explains: %s', (_, id) => {
    expect(closestId(id, exists)).toBeUndefined();
  });

  it('should name nobody where two are as near', () => {
    expect(closestId('worker-3', among(['worker-1', 'worker-2']))).toBeUndefined();
    expect(closestId('worker-3', among(['worker-1', 'writer-2']))).toBe('worker-1');
  });

  it('should ask for so many ids and no more, however many there are', () => {
    let asked = 0;
    closestId('researcher-zzzzzz', () => {
      asked += 1;
      return false;
    });
    expect(asked).toBeLessThan(3_000);
    closestId('x'.repeat(1_000), () => {
      throw new Error('asked for a neighbour of what is no id');
    });
  });
});
