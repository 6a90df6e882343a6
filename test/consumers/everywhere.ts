/* A consumer of the built package, with whatever libraries: see scripts/consumers.ts. */
import { delay, merge } from 'rxjs';
import { collect, createSession, fromAsync, lines, outcomes, result, run, type Session, type Task } from 'sidestream';
import { hedge, quorum, race, supervised } from 'sidestream/compose';
import { createInbox, type Inbox } from 'sidestream/inbox';
import { sqlite } from 'sidestream/sqlite';
import { memoryStore, type Store } from 'sidestream/stores';
import { createToolset, type Toolset } from 'sidestream/tools';
import { z } from 'zod';

const session: Session = createSession({ maxRunning: 4 });
const counter: Task<number> = session.delegate(async () => 42, { goal: 'count' });
const writer: Task<string> = session.delegate(({ goal }) => [goal], { goal: 'write' }, { signal: new AbortController().signal });
export const counted: Promise<number> = collect(counter.events.pipe(delay(1)), { timeout: 5 });
export const printed = merge(counter, writer).pipe(lines());
export const ended = outcomes([counter, writer]);
export const ran = run(fromAsync(async () => ({ rows: 1 })), { goal: 'run' }).pipe(result());
export const raced: Task<number | string> = session.delegate(race(async () => 42, supervised(({ goal }) => [goal])), { goal: 'win' });
export const agreed: Task<number> = session.delegate(quorum(1, [hedge(async () => 42, { after: 5 })]), { goal: 'agree' });
export const toolset: Toolset = createToolset(session, {
  agents: { digger: { briefSchema: z.object({ depth: z.number() }), agent: ({ depth }) => [depth.toFixed()], description: 'Digs.' } },
});
export const stores: readonly Store[] = [memoryStore(), sqlite('tasks.db', { durability: 'power', archive: { count: 10 } })];
export const inbox: Inbox = createInbox(session);
export const closed = session.close().then(({ stopped }) => stopped);
