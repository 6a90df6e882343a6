import { describe, it, jest } from '@jest/globals';
import { of } from 'rxjs';

// Every odd test leaves trouble behind without failing by itself; the quiet one after it must stay green.
describe('trips', () => {
  it('red: an unhandled rejection', () => {
    void Promise.reject(new Error('nobody awaits this'));
  });

  it('green: after the rejection', () => undefined);

  it('red: a throw in a timer', () => {
    setTimeout(() => {
      throw new Error('thrown in a timer');
    });
  });

  it('green: after the timer', () => undefined);

  it('red: a throw in an observer', () => {
    of(1).subscribe(() => {
      throw new Error('thrown in next');
    });
  });

  it('green: after the observer', () => undefined);

  it('red: a warning', () => {
    process.emitWarning('something smells');
  });

  it('green: after the warning', () => undefined);

  it('red: too many listeners on a signal', () => {
    const { signal } = new AbortController();
    for (let i = 0; i < 11; i++) signal.addEventListener('abort', () => undefined);
  });

  it('green: after the listeners', () => undefined);

  it('red: an unhandled rejection under fake timers', () => {
    jest.useFakeTimers();
    void Promise.reject(new Error('rejected while time stands still'));
  });

  it('green: after the fake timers', () => {
    jest.useRealTimers();
  });
});
