import { NEVER, Observable } from 'rxjs';
import type { Agent } from '../src/core/agent.js';
import { createSession } from '../src/core/session.js';
for (const lv of [0, 1, 2, 3, 0, 1, 2, 3]) {
  let agent: Agent = process.argv[2] === 'td' ? () => new Observable(() => () => undefined) : () => NEVER;
  for (let i = 0; i < lv; i++) { const inner = agent; agent = (b, _s, c) => c.run(inner, b); }
  const session = createSession({ maxRunning: Infinity });
  gc!(); gc!(); const h = process.memoryUsage().heapUsed;
  for (let i = 0; i < 20000; i++) session.delegate(agent, { goal: 'print' });
  gc!(); gc!(); console.log(lv, ((process.memoryUsage().heapUsed - h) / 20000).toFixed(0), 'B');
  (globalThis as { k?: unknown }).k = session;
}
