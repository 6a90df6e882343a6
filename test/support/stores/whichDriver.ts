/** Says which driver a store has here: `node --import tsx whichDriver.ts`. */
import { loadDriver } from '../../../src/stores/sqlite/file/loadDriver.js';

const handle = loadDriver().open(':memory:');
console.log(handle.constructor.name === 'DatabaseSync' ? 'node:sqlite' : 'syncUntil' in handle ? 'libsql' : 'better-sqlite3');
