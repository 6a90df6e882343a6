import { isAsking, type News } from '../tools/hearing/news.js';
import type { Followed, Hold, Telling } from '../tools/hearing/telling.js';
import type { Hands } from './hands.js';
import type { Batch, InboxTurn, Sending, Sent, TurnOptions } from './inbox.js';
import { noticesIn } from './textOf.js';

/** Milliseconds after which a request that was neither answered nor failed is given up: somebody has forgotten to read its answer. */
const REQUEST = 3_600_000;

/** Milliseconds for which calls of tools that are not ours may take: nobody says when they are answered. */
const OTHERS = 60_000;

/** Milliseconds in which a loop sends its next request once all the calls that its model asked for are answered. */
const NEXT = 1_000;

/** What stands in a conversation of what is told: nothing, or some news at a place. */
interface Found {
  readonly telling: Telling;
  readonly news: readonly News[];
}

/** Follows a model's loop, request by request: told is what stands in the conversation, and heard what a model has answered to. */
export function createTurn({ hearing, lease, write, leaseTime }: Hands, { answersUnseen = false }: TurnOptions = {}): InboxTurn {
  /** Calls that the last answer asked for and that are not answered, as far as is known. */
  const open = new Set<string>();
  /** Those of them that tools of ours are at work with. */
  const atWork = new Set<string>();
  /** Until when it counts as being at work between two requests. */
  let busyUntil = -Infinity;
  let requests = 0;
  let last: Sending | undefined;
  let isOver = false;

  const called = (ids: Iterable<string>): void => {
    for (const id of ids) {
      open.add(id);
      hearing.owners.set(id, loop);
    }
    if (open.size === 0) return;
    busyUntil = Math.max(busyUntil, hearing.now + OTHERS);
    // What a tool has told before its model's answer was known to ask for it.
    for (const { telling, hold } of answers()) if (open.has(telling.mark)) hold.owner ??= loop;
  };

  const loop: Followed = {
    isBusy: () => requests > 0 || atWork.size > 0 || busyUntil > hearing.now,
    claim: !answersUnseen ? undefined : (callId) => {
      last?.answered([callId]);
      called([callId]);
    },
    began: (callId) => { if (open.has(callId)) atWork.add(callId); },
    answered: (callId) => {
      atWork.delete(callId);
      hearing.owners.delete(callId);
      if (!open.delete(callId) || open.size > 0 || answersUnseen) return;
      // Nothing of this loop is awaited any more: it goes on now, or not at all.
      busyUntil = hearing.now + NEXT;
      for (const { hold } of answers()) if (hold.owner === loop) hold.until = Math.min(hold.until, busyUntil);
      hearing.changed();
    },
  };
  if (answersUnseen) {
    // It says itself when it is over.
    busyUntil = hearing.now + REQUEST;
    hearing.loops.add(loop);
  }
  hearing.watchers += 1;
  hearing.leaseTime = leaseTime;

  /** What tools have told and no request has carried yet. */
  const answers = (): { readonly telling: Telling; readonly hold: Hold }[] => hearing.open().flatMap((telling) =>
    [...telling.holds].filter(({ kind }) => kind === 'answer').map((hold) => ({ telling, hold })));

  /** Takes out of all hands what a framework has dropped: it is this loop's, or of one that is over, or can be of no other. */
  const dropAnswers = (carried: ReadonlySet<Telling>): void => {
    for (const { telling, hold } of answers()) {
      const { owner } = hold;
      const isDropped = owner === loop || (owner === undefined ? !hearing.isBusyBeside(loop) : !owner.isBusy());
      if (isDropped && !carried.has(telling)) hearing.drop(telling, hold);
    }
  };

  const forgetCalls = (): void => {
    for (const [id, owner] of hearing.owners) if (owner === loop) hearing.owners.delete(id);
    open.clear();
    atWork.clear();
    busyUntil = answersUnseen && !isOver ? hearing.now + REQUEST : -Infinity;
  };

  /** Which of what is not heard of stands in a conversation. It is looked through only where there is such a thing. */
  const find = (sent: Sent): readonly Found[] => {
    const tellings = hearing.open();
    if (tellings.length === 0) return [];
    const calls = new Map<string, Telling[]>();
    const batches = new Map<string, Telling>();
    for (const telling of tellings) {
      if (telling.kind === 'batch') batches.set(telling.mark, telling);
      else calls.set(telling.mark, [...calls.get(telling.mark) ?? [], telling]);
    }
    const found = new Map<Telling, Set<News>>();
    const add = (telling: Telling, news: readonly News[]): void => {
      const known = found.get(telling) ?? new Set();
      for (const one of news) known.add(one);
      if (known.size > 0) found.set(telling, known);
    };
    if (calls.size > 0) {
      for (const [id, answer] of sent.answers?.() ?? []) {
        const told = calls.get(id);
        if (told === undefined) continue;
        // Some providers count their calls anew in each answer, so what it says is looked at too.
        const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
        for (const telling of told) add(telling, telling.news.filter((one) => mentions(text, one)));
      }
    }
    if (batches.size > 0) {
      for (const text of sent.texts?.() ?? []) {
        for (const id of noticesIn(text)) {
          const telling = batches.get(id);
          if (telling !== undefined) add(telling, telling.news);
        }
      }
    }
    return [...found].map(([telling, news]) => ({ telling, news: [...news] }));
  };

  /** Whether a new batch was written down for what is taken next. */
  let isPrepared = false;

  /** What a conversation tells already; what it does not, and was put into it, is free again. */
  const toldIn = (sent: Sent): ReadonlySet<News> => {
    const found = find(sent);
    dropAnswers(new Set(found.map(({ telling }) => telling)));
    return new Set(found.flatMap(({ news }) => news));
  };

  return {
    ready(sent) {
      if (!hearing.isWritten) return undefined;
      if (sent === undefined) return hearing.ready();
      isPrepared = true;
      return write({ but: toldIn(sent), beside: true });
    },

    take(sent) {
      const but = toldIn(sent);
      const hasNew = isPrepared;
      isPrepared = false;
      const taken: Batch[] = [];
      for (;;) {
        // All that have come back, and one that is new.
        const back = lease({ kind: 'put', but, returned: true });
        const batch = back ?? (hasNew ? undefined : lease({ kind: 'put', but }));
        if (batch !== undefined) taken.push(batch);
        if (back === undefined) return taken;
      }
    },

    send(sent) {
      const found = find(sent);
      forgetCalls();
      dropAnswers(new Set(found.map(({ telling }) => telling)));
      const carried = found.map(({ telling, news }) => {
        const hold = hearing.hold(telling, 'request', REQUEST);
        for (const other of telling.holds) if (other.kind === 'answer' || other.kind === 'put') telling.holds.delete(other);
        return { telling, news, hold };
      });
      requests += 1;
      if (!isOver) hearing.loops.add(loop);
      let isSettled = false;
      const settle = (how: () => void): void => {
        if (isSettled) return;
        isSettled = true;
        requests -= 1;
        for (const { telling, hold } of carried) telling.holds.delete(hold);
        how();
        hearing.changed();
      };
      last = {
        tells: carried.flatMap(({ news }) => news),
        called: (ids) => { if (!isSettled) called(ids); },
        answered: (ids = []) => {
          settle(() => {
            called(ids);
            hearing.acknowledged(carried.flatMap(({ news }) => news));
          });
        },
        failed: () => {
          settle(() => {
            forgetCalls();
            dropAnswers(new Set());
          });
        },
      };
      return last;
    },

    end() {
      if (isOver) return;
      isOver = true;
      forgetCalls();
      dropAnswers(new Set());
      hearing.loops.delete(loop);
      hearing.watchers -= 1;
      hearing.changed();
    },
  };
}

/** Whether the text of an answer tells of it. The id of a question is short, and stands there by itself. */
function mentions(text: string, one: News): boolean {
  const id = JSON.stringify(one.id).slice(1, -1);
  return isAsking(one) ? new RegExp(`\\b${id}\\b`).test(text) : text.includes(id);
}
