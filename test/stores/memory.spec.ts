import { memoryStore } from '../../src/stores/index.js';
import { storeLaws } from '../support/stores/storeLaws.js';

storeLaws('memory', () => {
  const store = memoryStore();
  return { next: () => store, end: async () => {} };
}, 10);
