import { crash } from '../../test/support/crashes/crash.js';
import { Judge } from '../../test/support/crashes/judge.js';
import { tape } from '../../test/support/crashes/medium.js';
const [seed, every, again] = process.argv.slice(2).map(Number);
const id = process.argv[5]!;
let done = false;
for (const name of ['ask', 'opened', 'finished'] as const) {
  const own = Judge.prototype[name] as (...args: unknown[]) => void;
  Judge.prototype[name] = function (this: Judge, ...args: unknown[]) {
    try { own.apply(this, args); } catch (e) {
      if (!done && String((e as Error).message).includes(id)) {
        done = true; console.log(String(e)); const m = /[a-z]+-[a-z0-9]{6}/.exec(String(e))![0];
        for (const s of this.sights) if (JSON.stringify(s).includes(m) || ['opening', 'over', 'kept'].includes(s[0])) console.log(JSON.stringify(s).slice(0, 250));
        console.log('last', JSON.stringify(this.sights.slice(-8)).slice(0, 1800));
      }
      throw e;
    }
  };
}
const r = await crash({ seed: seed!, medium: tape, every: every!, ...again && { again } });
for (const v of r.violations) console.log(v.at, String(v.error).slice(0, 300));
