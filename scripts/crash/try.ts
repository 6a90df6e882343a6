import { crash } from '../../test/support/crashes/crash.js';
import { sqliteMedium } from '../../test/support/crashes/sqliteMedium.js';
import { tape } from '../../test/support/crashes/medium.js';
const [from, to, every, again] = process.argv.slice(2).map(Number);
const at = performance.now();
let n = 0, v = 0, d = 0; const kinds = new Map<string, string>();
for (let seed = from!; seed < to!; seed++) {
  const r = await crash({ seed, medium: process.argv[6] === 'sqlite' ? sqliteMedium : tape, every: every ?? 1, ...again && { again } });
  n += r.crashes; d += r.double; v += r.violations.length;
  for (const { at, error } of r.violations) {
    const key = String((error as Error).message).replace(/[a-z]+-[a-z0-9]{6}/g, 'ID').replace(/\d+/g, 'N').slice(0, 150);
    if (!kinds.has(key)) kinds.set(key, `seed ${seed} at ${at}: ${(error as Error).stack?.slice(0, 900)}`);
  }
}
for (const [k, e] of kinds) console.log('-', k, '\n   ', e);
console.log({ crashes: n, double: d, violations: v, ms: Math.round(performance.now() - at) });
