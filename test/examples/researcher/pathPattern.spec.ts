import { describe, expect, it } from '@jest/globals';
import { pathPattern } from '../../../examples/researcher/pathPattern.js';

describe('pathPattern', () => {
  it.each([
    ['operators', 'internal/operators/map.ts', true],
    ['Operators/', 'internal/operators/map.ts', true],
    ['operators/', 'internal/operators.ts', false],
    ['*.ts', 'internal/operators/map.ts', true],
    ['*.ts', 'internal/operators/map.tsx', false],
    ['operators/*.ts', 'internal/operators/map.ts', true],
    ['internal/*.ts', 'internal/operators/map.ts', false],
    ['internal/**', 'internal/operators/map.ts', true],
    ['{map,scan}.ts', 'internal/operators/scan.ts', true],
    ['app/[id]', 'web/app/[id]/page.tsx', true],
    ['*', '.hidden/.file', true],
  ])('should say whether %j fits %j: %p', (pattern, path, fits) => {
    expect(pathPattern(pattern)(path)).toBe(fits);
  });

  it('should refuse what could hang the matcher', () => {
    expect(() => pathPattern('*a'.repeat(5))).toThrow('four stars');
    expect(() => pathPattern(`*${'x'.repeat(200)}`)).toThrow('200 characters');
  });

  it('should be quick at its worst', () => {
    const began = process.cpuUsage().user;
    expect(pathPattern(`${'*a'.repeat(4)}b`)('a'.repeat(100))).toBe(false);
    expect(process.cpuUsage().user - began).toBeLessThan(1_000_000);
  });
});
