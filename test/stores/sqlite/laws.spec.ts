import { fileBed } from '../../support/stores/fileBed.js';
import { storeLaws } from '../../support/stores/storeLaws.js';

storeLaws('sqlite', () => fileBed(), 60);
storeLaws("sqlite, durability 'power'", () => fileBed({ durability: 'power' }, { durability: 'process' }), 4);
