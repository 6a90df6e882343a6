import { VirtualTimeScheduler } from 'rxjs';

/** A clock of a test's own that stands still until it is told to go on. */
export interface VirtualTime {
  readonly scheduler: VirtualTimeScheduler;
  /** Goes on by so many milliseconds and does what falls due in them. */
  advance(ms: number): void;
}

export function createVirtualTime(): VirtualTime {
  const scheduler = new VirtualTimeScheduler();
  return {
    scheduler,
    advance: (ms) => {
      scheduler.maxFrames = scheduler.frame + ms;
      scheduler.schedule(() => undefined, ms);
      scheduler.flush();
    },
  };
}
