import { describe, expect, it } from '@jest/globals';
import { createSelection } from '../../../examples/researcher/createSelection.js';

describe('createSelection', () => {
  const all = ['a.md', 'src/a.ts', 'src/b.ts', 'test/a.ts'];

  it('should narrow to what fits', () => {
    const selection = createSelection(all);
    expect(selection.apply({ type: 'only', pattern: 'src/' })).toEqual({
      changed: true,
      line: 'only src/: 2 of 4 files; starting over in these',
    });
    expect(selection.paths).toEqual(['src/a.ts', 'src/b.ts']);
  });

  it('should let a later "only" replace an earlier one, and add up what to skip', () => {
    const selection = createSelection(all);
    selection.apply({ type: 'only', pattern: 'src/' });
    selection.apply({ type: 'skip', pattern: 'b.ts' });
    selection.apply({ type: 'only', pattern: '*.ts' });
    selection.apply({ type: 'skip', pattern: 'test/' });
    expect(selection.paths).toEqual(['src/a.ts']);
    expect(selection.words).toBe('only *.ts, skip b.ts, skip test/');
  });

  it.each([
    { type: 'only', pattern: 'nowhere' },
    { type: 'skip', pattern: '*' },
    { type: 'only', pattern: '*x'.repeat(6) },
  ] as const)('should go on as before rather than with no file: %j', (word) => {
    const selection = createSelection(all);
    expect(selection.apply(word)).toMatchObject({ changed: false, line: expect.stringContaining('going on as before') });
    expect(selection.paths).toBe(all);
    expect(selection.words).toBeUndefined();
  });
});
