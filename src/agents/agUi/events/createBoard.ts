import type { AGUIEvent, JsonPatch } from '@ag-ui/client';
import { isOutcome, type Outcome, type QuestionEvent, type TaskEvent, type TaskId } from '../../../core/events.js';
import type { QuestionData } from '../../../core/question.js';
import type { TaskSnapshot } from '../../../core/task.js';
import { agUiEvent } from './agUiEvent.js';
import { createScribe, type Scribe } from './createScribe.js';
import { sumUsage } from './sumUsage.js';
import { timeOf } from './timeOf.js';
import { toJson } from './toJson.js';

/** A task as the state shows it. */
type Card = Pick<TaskSnapshot, 'agent' | 'goal' | 'status' | 'parentId' | 'startedAt' | 'endedAt'> & {
  readonly id: TaskId;
  /** What it asks, where it does. */
  readonly questions?: readonly CardQuestion[];
};

/** A question as the state shows it. */
type CardQuestion = Omit<QuestionData, 'taskId' | 'agent' | 'askedAt'>;


/** A task on the board: its place in the list, and who writes down what it does. */
interface Entry {
  readonly place: number;
  /** There from the subagent's start to its end. */
  scribe?: Scribe;
  announced: boolean;
  questions: readonly CardQuestion[];
  ended: boolean;
}

/**
 * Many tasks as the subagents of one AG-UI run, and their list as its state.
 *
 * @param list - what there is to see, asked once at the opening and for a task that nobody has told of
 */
export function createBoard(runId: string, list: () => readonly TaskSnapshot[]) {
  const entries = new Map<TaskId, Entry>();
  const own = createScribe(runId);
  const used = sumUsage();

  function enter(card: Card): Entry {
    const entry = { place: entries.size, announced: false, questions: card.questions ?? [], ended: card.endedAt !== undefined };
    entries.set(card.id, entry);
    return entry;
  }

  function announce(entry: Entry, { id, agent, goal, parentId }: Card, time: object): AGUIEvent {
    entry.announced = true;
    entry.scribe = createScribe(`${runId}:${id}`, id);
    return agUiEvent({
      ...time,
      type: 'SUBAGENT_STARTED',
      subagentRunId: id,
      name: agent,
      description: goal,
      ...parentId !== undefined && entries.get(parentId)?.announced === true ? { parentSubagentRunId: parentId } : {},
    });
  }

  const change = (time: object, delta: JsonPatch): AGUIEvent => agUiEvent({ ...time, type: 'STATE_DELTA', delta });

  const set = ({ place }: Entry, fields: object): JsonPatch =>
    Object.entries(fields).map(([name, value]) => ({ op: 'add', path: `/tasks/${place}/${name}`, value: value as unknown }));

  function end(entry: Entry, event: Outcome): readonly AGUIEvent[] {
    const { taskId, at } = event;
    const { scribe } = entry;
    const open = scribe?.close() ?? [];
    const asksNoMore = entry.questions.length > 0 ? { questions: [] } : {};
    const changed = change(timeOf(event), set(entry, { status: event.type, endedAt: at, ...wordsOf(event), ...asksNoMore }));
    delete entry.scribe;
    entry.ended = true;
    return scribe === undefined ? [changed] : [...open, changed, lastOf(taskId, event)];
  }

  /** What a task asks, as the state shows it. */
  function ask(entry: Entry, event: TaskEvent): readonly AGUIEvent[] {
    if (event.type !== 'question' && event.type !== 'answered') return [];
    const others = entry.questions.filter(({ id }) => id !== event.questionId);
    entry.questions = event.type === 'question' ? [...others, questionOf(event)] : others;
    return [change(timeOf(event), set(entry, { questions: entry.questions }))];
  }

  return {
    /** The state as it is, and whoever is at work. */
    open(): readonly AGUIEvent[] {
      const cards = list().map(cardOf);
      const started = cards.map((card) => ({ card, entry: enter(card) }))
        .filter(({ card }) => card.status === 'running')
        .map(({ card, entry }) => announce(entry, card, {}));
      return [agUiEvent({ type: 'STATE_SNAPSHOT', snapshot: { tasks: cards.map(toJson) } }), ...started];
    },

    write(event: TaskEvent): readonly AGUIEvent[] {
      const { taskId } = event;
      const time = timeOf(event);
      const events: AGUIEvent[] = [];
      let entry = entries.get(taskId);
      const card = entry?.announced === true ? undefined : cardFor(event);
      if (entry === undefined) {
        entry = enter(card!);
        entry.ended = false;
        events.push(change(time, [{ op: 'add', path: '/tasks/-', value: toJson(card) }]));
      }
      // What else it did was over at the opening; but that it had to be forgotten is news.
      if (entry.ended) return event.type === 'warning' ? own.write(event) : [];
      if (isOutcome(event)) return [...events, ...end(entry, event)];
      if (event.type === 'queued') return events;
      if (!entry.announced) {
        if (events.length === 0) events.push(change(time, set(entry, { status: 'running', startedAt: event.at })));
        events.push(announce(entry, card!, time));
      }
      if (event.type === 'usage') used.add(event);
      return event.type === 'started' ? events : [...events, ...entry.scribe!.write(event), ...ask(entry, event)];
    },

    /** What is in hand of a task's line. */
    show: (id: TaskId, hand: string): readonly AGUIEvent[] => entries.get(id)?.scribe?.show(hand) ?? [],

    /** What all of them have used since the opening. */
    get usage() { return used.total; },

    /** Ends what is open of every task; those go on. @param asked - the questions for which the run stops */
    close(asked: readonly QuestionData[]): readonly AGUIEvent[] {
      return [...entries].flatMap(([subagentRunId, { scribe }]) => {
        if (scribe === undefined) return [];
        const interruptIds = asked.filter(({ taskId }) => taskId === subagentRunId).map(({ id }) => id);
        const outcome = { type: 'suspended' as const, ...interruptIds.length > 0 && { interruptIds } };
        return [...scribe.close(), agUiEvent({ type: 'SUBAGENT_FINISHED', subagentRunId, outcome })];
      });
    },
  };

  /** What is known of a task by its event alone, or else by the list. */
  function cardFor(event: TaskEvent): Card {
    const { type, taskId } = event;
    if (type === 'queued' || type === 'started') {
      const { agent, goal, parentId, at } = event;
      return {
        id: taskId,
        agent,
        goal,
        status: type === 'queued' ? 'queued' : 'running',
        ...parentId === undefined ? {} : { parentId },
        ...type === 'started' ? { startedAt: at } : {},
      };
    }
    const snapshot = list().find((task) => task.taskId === taskId);
    const known = snapshot === undefined ? { agent: taskId.replace(/-[^-]*$/, ''), goal: '' } : cardOf(snapshot);
    return { ...known, id: taskId, status: 'running' };
  }
}

function questionOf(event: QuestionEvent): CardQuestion {
  const { questionId: id, kind, text, options, schema, detail, default: fallback, until } = event;
  return toJson({ id, kind, text, options, schema, detail, default: fallback, until }) as CardQuestion;
}

const shownOf = ({ taskId: _task, agent: _agent, askedAt: _at, ...question }: QuestionData): CardQuestion => question;

const cardOf = ({ taskId, agent, goal, status, parentId, startedAt, endedAt, questions }: TaskSnapshot): Card => ({
  id: taskId,
  agent,
  goal,
  status,
  ...parentId === undefined ? {} : { parentId },
  ...startedAt === undefined ? {} : { startedAt },
  ...endedAt === undefined ? {} : { endedAt },
  ...questions === undefined ? {} : { questions: questions.map(shownOf) },
});

function wordsOf(event: Outcome): object {
  if (event.type === 'failed') return { error: event.error.message };
  return event.type === 'cancelled' ? { reason: event.reason } : {};
}

function lastOf(subagentRunId: TaskId, event: Outcome): AGUIEvent {
  const whose = { ...timeOf(event), subagentRunId };
  switch (event.type) {
    case 'completed': {
      const result = toJson(event.result);
      return agUiEvent({ ...whose, type: 'SUBAGENT_FINISHED', ...result === undefined ? {} : { result } });
    }
    case 'failed': return agUiEvent({ ...whose, type: 'SUBAGENT_ERROR', message: event.error.message, code: event.error.code });
    // A subagent's end has no such outcome, and an absent one reads as success.
    case 'cancelled': return agUiEvent({ ...whose, type: 'SUBAGENT_ERROR', message: event.reason, code: 'cancelled' });
  }
}
