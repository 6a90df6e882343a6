import { InvalidArgumentError, SidestreamError } from '../../../core/errors.js';
import type { TaskId } from '../../../core/events.js';
import type { Fact, Page, StoreOpening } from '../../../core/store.js';
import {
  StoreBusyError, StoreDamagedError, StoreLostError, StoreNewerError, StoreUnavailableError,
} from '../../../core/storeErrors.js';
import type { Settings } from '../options.js';

/** What the thread that keeps a file is started with. */
export interface Assignment {
  readonly name: string;
  readonly path: string;
  readonly wasThere: boolean;
  readonly settings: Settings;
}

/** What it is asked to do; what has a number is answered. */
export type Request =
  | { readonly call: number; readonly type: 'open'; readonly by: StoreOpening }
  | { readonly call: number; readonly type: 'commit'; readonly facts: readonly Fact[]; readonly pages: Pages }
  | { readonly call: number; readonly type: 'close'; readonly pages: Pages }
  | { readonly type: 'print'; readonly pages: Pages };

/** What was printed since the last message. */
export type Pages = readonly (readonly [TaskId, Page])[];

/** What has come of it. */
export interface Answer {
  readonly call: number;
  readonly value?: unknown;
  readonly error?: Written;
}

/** An error of a store in words that pass from thread to thread. */
export interface Written {
  readonly code: string;
  readonly message: string;
}

const ERRORS = [InvalidArgumentError, StoreBusyError, StoreDamagedError, StoreLostError, StoreNewerError, StoreUnavailableError];

export const written = (error: unknown): Written => ({
  code: error instanceof SidestreamError ? error.code : '', message: error instanceof Error ? error.message : String(error),
});

/** The error again. */
export function errorOf({ code, message }: Written): Error {
  const known = ERRORS.map((Known) => new Known(message)).find((error) => error.code === code);
  return known ?? new StoreUnavailableError(message);
}
