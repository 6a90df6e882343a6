import { expect } from '@jest/globals';
import { map, type Observable } from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { createSession, type Session, type SessionOptions, type TaskEvent } from '../../../src/index.js';

/** What a marble test is given: RxJS's helpers, a session in virtual time, and a way to act at a frame. */
export interface Marbles extends RunHelpers {
  readonly session: Session;
  /** Does something at each letter of a diagram. */
  at(diagram: string, act: (letter: string) => void): void;
}

/** A test in virtual time. */
export function marbles(test: (helpers: Marbles) => void, options?: SessionOptions): void {
  new TestScheduler((actual, expected) => { expect(actual).toEqual(expected); }).run((helpers) => {
    const ids = new Set<string>();
    // The name is the id; without one, or the second time, it gets a number.
    const generateId = (name: string): string => {
      const id = ids.has(name) ? `${name}${ids.size}` : name;
      ids.add(id);
      return id;
    };
    const session = createSession({ ...options, generateId });
    test({ ...helpers, session, at: (diagram, act) => { helpers.cold(diagram).subscribe(act); } });
  });
}

const LETTERS: Record<Exclude<TaskEvent['type'], 'line' | 'steered'>, string> = {
  queued: 'q', started: 's', step: 'p', tool: 't', usage: 'u', attempt: 'a', waiting: 'W', resumed: 'R', question: 'K', answered: 'A',
  warning: 'w', completed: 'C', failed: 'F', cancelled: 'X',
};
const STEERED = { queued: 'Q', delivered: 'D', missed: 'M' };

/** An event as one letter: a line is its own text, an outcome a capital. */
export const letterOf = (event: TaskEvent): string =>
  event.type === 'line' ? event.text : event.type === 'steered' ? STEERED[event.state] : LETTERS[event.type];

/** Events as letters, for a diagram. */
export const letters = (events: Observable<TaskEvent>): Observable<string> => events.pipe(map(letterOf));
