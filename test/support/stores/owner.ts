/**
 * A process that owns a store: says `open`, then keeps a task every few milliseconds and says which, until it is told otherwise.
 *
 * node --import tsx owner.ts <file> [how it ends: after so many milliseconds]
 */
import { sqlite } from '../../../src/stores/sqlite/index.js';
import { created, pageOf } from './facts.js';

const [file, until] = process.argv.slice(2);
const store = sqlite(file!, { wait: 10_000 });
const { lastN } = await store.open({ holder: 'the owner process', heard: 10, unheard: 10, evicted: 10 });
process.stdout.write('open\n');
let n = lastN;
const timer = setInterval(() => {
  void (async () => {
    n += 1;
    await store.commit([created(n)]);
    store.print(`t-${n}`, pageOf(0, 1));
    process.stdout.write(`kept ${n}\n`);
  })().catch((error: unknown) => {
    process.stdout.write(`${(error as { code: string }).code}\n`, () => process.exit(3));
  });
}, 2);
if (until !== undefined) {
  setTimeout(() => {
    clearInterval(timer);
    void store.close();
  }, Number(until));
}
