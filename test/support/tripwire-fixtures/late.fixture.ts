import { afterEach, it } from '@jest/globals';

// This hook runs after the tripwire's own, so only the check at the end of the file is left to see the last warning.
afterEach(() => {
  process.emitWarning('a smell after the last test');
});

it('green: leaves no trouble by itself', () => undefined);
