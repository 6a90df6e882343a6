import { of } from 'rxjs';
import type { Agent } from '../src/core/agent.js';
import { createSession } from '../src/core/session.js';
const source = of('x');
let agent: Agent = () => source;
const lv = +(process.argv[2] ?? 3);
for (let i = 0; i < lv; i++) { const inner = agent; agent = (b, _s, c) => c.run(inner, b); }
function go(n: number) {
  const session = createSession({ maxRunning: Infinity, retain: { count: 200, unheard: 200 } });
  for (let i = 0; i < n; i++) session.delegate(agent, { goal: 'print' });
}
for (let i = 0; i < 3; i++) go(30000);
const ts: number[] = [];
for (let i = 0; i < 15; i++) { gc!(); const s = process.cpuUsage(); go(30000); const e = process.cpuUsage(s); ts.push((e.user + e.system) / 30000); }
ts.sort((a, b) => a - b);
console.log(lv, ts[3]!.toFixed(2), ts[7]!.toFixed(2), 'us');
process.exit();
