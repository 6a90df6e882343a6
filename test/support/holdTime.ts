import { jest } from '@jest/globals';

/** A clock that stands still: timers fire when it is told to go on. What comes from sockets, programs and files comes all the same. */
export interface HeldTime extends Disposable {
  advance(ms: number): void;
}

/** Holds the timers of what is tested, of RxJS and of every other package, until the end of the block: `using time = holdTime()`. */
export function holdTime(): HeldTime {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'performance', 'hrtime'] });
  return {
    advance: (ms) => { jest.advanceTimersByTime(ms); },
    [Symbol.dispose]: () => { jest.useRealTimers(); },
  };
}
