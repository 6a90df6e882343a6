import { defer, EMPTY, filter, map, repeat, startWith, Subject, switchMap, take } from 'rxjs';
import { customAlphabet } from 'nanoid';
import { check, type Kind } from '../core/check.js';
import { completionOf } from '../tools/answers/completion.js';
import { digestOf } from '../tools/answers/digestOf.js';
import { askedOf, type AskedQuestion } from '../tools/answers/askedOf.js';
import { isAsking, isEnding, type Asking, type News } from '../tools/hearing/news.js';
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

/** Characters of completions and questions. */
interface Sizes {
  readonly maxText: number;
  readonly maxMessage: number;
  readonly maxBatch: number;
}

/** What can be handed over: what has come back, what is new, and whether there is something that is being written down. */
interface Look {
  readonly back: readonly { readonly telling: Telling; readonly news: readonly News[] }[];
  readonly fresh: readonly News[];
  readonly isWriting: boolean;
}

/** What of a message the questions may take, so that what has ended has its place, too; what does not fit comes with the next. */
const ASKED = 0.5;

/** Hands over what waits: a batch that has come back before what is new. */
export function leaseOf(hands: Omit<Hands, 'lease' | 'write'>, { maxText, maxMessage, maxBatch }: Sizes): Pick<Hands, 'lease' | 'write'> {
  const { hearing, scope, leaseTime } = hands;

  const asked = ({ question, task }: Asking): AskedQuestion => askedOf(question, task, maxText);

  /** What a new batch tells: so many, and of the questions as many as there is room for. */
  const chosen = (fresh: readonly News[], most: number): readonly News[] => {
    let left = maxMessage * ASKED;
    return fresh.filter((one, n) => !isAsking(one) || (left -= JSON.stringify(asked(one)).length) >= 0 || n === 0).slice(0, most);
  };

  const handOver = (telling: Telling, news: readonly News[], kind: Lease['kind']): LeasedBatch => {
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
    const tasks = news.filter(isEnding);
    const questions = news.filter(isAsking).map(asked);
    const taken = questions.reduce((sum, question) => sum + JSON.stringify(question).length, 0);
    const { completions, more } = digestOf(tasks, { maxText, budget: Math.max(maxMessage * ASKED, maxMessage - taken) });
    const data = {
      id: telling.mark,
      ...hearing.isWritten && { isKept: true as const },
      completions: tasks.map((task) => completionOf(task, maxText)),
      digest: completions,
      more,
      questions,
      text: textOf({ id: telling.mark, count: tasks.length, completions, more, questions }),
    };
    return {
      ...data,
      // Whoever sends it on sends what it tells, and nothing of what is followed here.
      toJSON: () => data,
      acknowledge: (call) => {
        settle(() => {
          if (call === undefined) hearing.acknowledged(news);
          else tell(scope, news, call, true);
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
      get isHeard() { return news.every((one) => one.isHeard); },
    };
  };

  const look = (but?: ReadonlySet<News>): Look => {
    const fresh = new Set(hands.waiting().filter((one) => but?.has(one) !== true));
    const back: Look['back'][number][] = [];
    let isWriting = false;
    for (const telling of fresh.size === 0 ? [] : hearing.open()) {
      const news = telling.kind === 'batch' ? telling.news.filter((one) => fresh.delete(one)) : [];
      if (news.length === 0) continue;
      if (hearing.isKept(telling)) back.push({ telling, news });
      else isWriting = true;
    }
    return { back, fresh: [...fresh], isWriting };
  };

  return {
    lease: ({ kind, but, most = maxBatch, returned = false }) => {
      const { back: [first], fresh } = look(but);
      if (first !== undefined) return handOver(first.telling, first.news, kind);
      if (returned || fresh.length === 0) return undefined;
      const news = chosen(fresh, most);
      const telling = hearing.add('batch', newId(), news);
      // What is not written down yet is handed over when it is.
      return hearing.isKept(telling) ? handOver(telling, news, kind) : undefined;
    },
    write: ({ but, most = maxBatch, beside = false } = {}) => {
      if (!hearing.isWritten) return undefined;
      const { back, fresh, isWriting } = look(but);
      if (fresh.length > 0 && !isWriting && (beside || back.length === 0)) hearing.add('batch', newId(), chosen(fresh, most));
      return hearing.ready();
    },
  };
}
