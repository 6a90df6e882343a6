import type { ObservableInput } from 'rxjs';

/** How to run an agent without a task of its own. */
export interface RunOptions {
  /** Steering messages, from the subscription on; its end changes nothing. @defaultValue none; inside a task, the task's own */
  readonly steering?: ObservableInput<string | SteeringMessage> | undefined;
}

/** A steering message that may be replaced. */
export interface SteeringMessage {
  readonly text: string;
  /** A later message of the same key takes the place of this one, as long as it is not delivered. */
  readonly key?: string | undefined;
}
