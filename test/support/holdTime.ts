import { jest } from '@jest/globals';

/** A clock that stands still: timers fire when it is told to go on. What comes from outside (sockets, programs, files) comes all the same. */
export interface HeldTime extends Disposable {
  advance(ms: number): void;
}

/** Holds the timers of this file's code, of RxJS and of every package that it loads, until the end of the block: `using time = holdTime()`. */
export function holdTime(): HeldTime {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'performance', 'hrtime'] });
  return {
    advance: (ms) => { jest.advanceTimersByTime(ms); },
    [Symbol.dispose]: () => { jest.useRealTimers(); },
  };
}
