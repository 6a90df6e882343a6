/**
 * A process whose session survives it: opens the session of a file, starts a task of its one agent where it holds none, and says what
 * happens to it, an event a line.
 *
 * node --import tsx host.ts <file> <module of the agent> [what the module is to know, as JSON]
 *
 * The module exports `create(known)`, which makes the agent, `worker`.
 */
import type { AgentFunction } from 'sidestream';
import { sqlite } from 'sidestream/sqlite';
import { openSession } from '../../../src/core/openSession.js';

const [file = '', module = '', known = '{}'] = process.argv.slice(2);
const { create } = await import(module) as { readonly create: (known: unknown) => AgentFunction };
const worker = create(JSON.parse(known));
const session = await openSession({ store: sqlite(file), agents: { worker } });
const task = session.tasks()[0] ?? session.delegate(worker, { goal: 'do it' }, { name: 'worker' });
const say = (what: object): boolean => process.stdout.write(`${JSON.stringify(what)}\n`);

task.events.subscribe({
  next: say,
  complete: () => { void session.close().then(() => process.exit(0)); },
});
// Whoever starts it ends it; on its own it would wait for ever.
process.stdin.resume().on('end', () => process.exit(1));
