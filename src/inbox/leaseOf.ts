import { defer, EMPTY, filter, map, repeat, startWith, Subject, switchMap, take } from 'rxjs';
import { customAlphabet } from 'nanoid';
import { check, type Kind } from '../core/check.js';
import type { Task } from '../core/task.js';
import { completionOf } from '../tools/answers/completion.js';
import { digestOf } from '../tools/answers/digestOf.js';
import { tell } from '../tools/hearing/tell.js';
import { heldUntil, type Telling } from '../tools/hearing/telling.js';
import type { Hands, Lease, LeasedBatch } from './hands.js';
import { patientTimer } from './patientTimer.js';
import { textOf } from './textOf.js';

/** Infinity is for whoever gives it back by hand. */
const TIME: Kind = [(value) => typeof value === 'number' && value >= 0, 'a number of milliseconds from 0'];

/** Without letters that are taken for others. */
const newId = customAlphabet('23456789abcdefghjkmnpqrstvwxyz', 6);

/** Milliseconds after which it is looked again whether somebody is still at work with what should have come back. */
const AGAIN = 1_000;

/** Characters of completions. */
interface Sizes {
  readonly maxText: number;
  readonly maxMessage: number;
  readonly maxBatch: number;
}

/** What can be handed over: what has come back, what is new, and whether there is something that is being written down. */
interface Look {
  readonly back: readonly { readonly telling: Telling; readonly tasks: readonly Task[] }[];
  readonly fresh: readonly Task[];
  readonly isWriting: boolean;
}

/** Hands over what waits: a batch that has come back before what is new. */
export function leaseOf(hands: Omit<Hands, 'lease' | 'write'>, { maxText, maxMessage, maxBatch }: Sizes): Pick<Hands, 'lease' | 'write'> {
  const { hearing, scope, leaseTime } = hands;

  const handOver = (telling: Telling, tasks: readonly Task[], kind: Lease['kind']): LeasedBatch => {
    const hold = hearing.hold(telling, kind, leaseTime);
    const settled = new Subject<void>();
    let isSettled = false;
    const settle = (how: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      hearing.drop(telling, hold);
      how();
      settled.next();
    };
    const isOver = (): boolean => heldUntil(telling) <= hearing.now && !hearing.isBusy;
    const { completions, more } = digestOf(tasks, { maxText, budget: maxMessage });
    const data = {
      id: telling.mark,
      ...hearing.isWritten && { isKept: true as const },
      completions: tasks.map((task) => completionOf(task, maxText)),
      digest: completions,
      more,
      text: textOf({ id: telling.mark, count: tasks.length, completions, more }),
    };
    return {
      ...data,
      // Whoever sends it on sends what it tells, and nothing of what is followed here.
      toJSON: () => data,
      acknowledge: (call) => {
        settle(() => {
          if (call === undefined) hearing.acknowledged(tasks);
          else tell(scope, tasks, call, true);
        });
      },
      release: () => { settle(() => undefined); },
      extend: (time = leaseTime) => {
        check('ms', time, TIME);
        if (isSettled) return;
        hold.until = hearing.now + time;
        hearing.changed();
      },
      telling,
      settled,
      lapsed: hearing.changes.pipe(
        startWith(undefined),
        switchMap(() => heldUntil(telling) === Infinity
          ? EMPTY
          : defer(() => patientTimer(heldUntil(telling) - hearing.now, hearing.clock)).pipe(repeat({
            delay: () => patientTimer(AGAIN, hearing.clock),
          }))),
        filter(isOver),
        take(1),
        map(() => undefined),
      ),
      get isHeard() { return tasks.every((task) => task.isHeard); },
    };
  };

  const look = (but?: ReadonlySet<Task>): Look => {
    const fresh = new Set(hands.waiting().filter((task) => but?.has(task) !== true));
    const back: Look['back'][number][] = [];
    let isWriting = false;
    for (const telling of fresh.size === 0 ? [] : hearing.open()) {
      const tasks = telling.kind === 'batch' ? telling.tasks.filter((task) => fresh.delete(task)) : [];
      if (tasks.length === 0) continue;
      if (hearing.isKept(telling)) back.push({ telling, tasks });
      else isWriting = true;
    }
    return { back, fresh: [...fresh], isWriting };
  };

  return {
    lease: ({ kind, but, most = maxBatch, returned = false }) => {
      const { back: [first], fresh } = look(but);
      if (first !== undefined) return handOver(first.telling, first.tasks, kind);
      if (returned || fresh.length === 0) return undefined;
      const tasks = fresh.slice(0, most);
      const telling = hearing.add('batch', newId(), tasks);
      // What is not written down yet is handed over when it is.
      return hearing.isKept(telling) ? handOver(telling, tasks, kind) : undefined;
    },
    write: ({ but, most = maxBatch, beside = false } = {}) => {
      if (!hearing.isWritten) return undefined;
      const { back, fresh, isWriting } = look(but);
      if (fresh.length > 0 && !isWriting && (beside || back.length === 0)) hearing.add('batch', newId(), fresh.slice(0, most));
      return hearing.ready();
    },
  };
}
