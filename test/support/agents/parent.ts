/**
 * A parent to be killed: starts a real agent as a background task, and waits.
 *
 * node --import tsx parent.ts <options of acp, as JSON> <goal>
 */
import { acp, type AcpOptions } from 'sidestream/acp';
import { collect, createSession, lines } from 'sidestream';

const [options = '{}', goal = ''] = process.argv.slice(2);
const task = createSession().delegate(acp(JSON.parse(options) as AcpOptions), { goal });
task.events.pipe(lines()).subscribe((line) => process.stdout.write(`${line}\n`));
const over = (how: unknown): void => { process.stdout.write(`It has ended: ${String(how)}\n`); };
collect(task).then(over, over);
setInterval(() => undefined, 1_000);
