import { from, Observable, tap } from 'rxjs';
import type { Agent } from '../src/core/agent.js';
import { createSession } from '../src/core/session.js';
const LINES = +(process.env['L'] ?? 20), TOGETHER = 100;
const words = Array.from({ length: LINES }, (_, n) => `line ${n} of what a child prints as its work goes on`);
const inTurns: Agent = () => new Observable((child) => {
  let printed = 0;
  const print = (): void => { child.next(words[printed++]!); if (printed < LINES) next = setImmediate(print); else child.complete(); };
  let next = setImmediate(print);
  return () => { clearImmediate(next); };
});
const w: Record<string, (a: Agent) => Agent> = {
  tap: (agent) => (b, s, c) => from(agent(b, s, c)).pipe(tap()),
  run: (agent) => (b, _s, c) => c.run(agent, b),
  runtap: (agent) => (b, _s, c) => c.run(agent, b).pipe(tap()),
};
async function go(agent: Agent, tasks: number) {
  const session = createSession({ maxRunning: Infinity, retain: { count: 200, unheard: 200 } });
  for (let n = 0; n < tasks; n += TOGETHER) {
    for (let i = 0; i < TOGETHER; i++) session.delegate(agent, { goal: 'print' });
    for (let i = 0; i <= LINES; i++) await new Promise((r) => setImmediate(r));
  }
  await session.close();
}
const [kind = 'bare', lv = '3'] = process.argv.slice(2);
let agent = inTurns;
if (kind !== 'bare') for (let i = 0; i < +lv; i++) agent = w[kind]!(agent);
for (let i = 0; i < 3; i++) await go(agent, 10000);
const ts: number[] = [];
for (let i = 0; i < 9; i++) { gc!(); const s = process.cpuUsage(); await go(agent, 10000); const e = process.cpuUsage(s); ts.push((e.user + e.system) / 10000); }
ts.sort((a, b) => a - b);
console.log(kind, lv, ts[4]!.toFixed(1), 'us');
process.exit();
