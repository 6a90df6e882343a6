// A page for people: the live text of children, a Stop button each, and what they ask, over plain HTTP and server-sent events.
//
//   page    ──POST /tasks──────────────────────POST answer──────POST stop───▶
//   events  ──────────hand──hand──line──questions──────line──────────ended|
//
//   node --import tsx examples/11-page.ts                          opens on a free port of 127.0.0.1; Ctrl+C ends it
//   node --import tsx examples/11-page.ts --tasks 2 --seconds 60   ends by itself, after two tasks or a minute
import { parseArgs } from 'node:util';
import { filter, fromEvent, merge, scan, take, timer } from 'rxjs';
import { createSession, isOutcome } from 'sidestream';
import { painter } from './page/painter.js';
import { servePage } from './page/servePage.js';

const { values } = parseArgs({ options: { tasks: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '3600' } } });
const session = createSession({ maxRunning: 4 });
const ended = session.events.pipe(filter(isOutcome), scan((count) => count + 1, 0), filter((count) => count >= Number(values.tasks)));
const isOver = new Promise((resolve) => {
  merge(ended, timer(1_000 * Number(values.seconds)), fromEvent(process, 'SIGINT'), fromEvent(process, 'SIGTERM')).pipe(take(1))
    .subscribe(resolve);
});

const page = await servePage(session, painter);
console.log(`open        ${page.url}`);
await isOver;
// First the tasks, so that whoever watches is told how they ended.
const { stopped } = await session.close();
await page.close();
console.log(`closed      ${stopped ? 'nothing is left running' : 'something is left'}`);
