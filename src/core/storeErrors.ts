import { SidestreamError } from './errors.js';

/** Another process owns the store; the message says which, and since when. */
export class StoreBusyError extends SidestreamError { override readonly name = 'StoreBusyError'; readonly code = 'store_busy'; }

/** The store was written by a newer version of this library. Nothing of it was read or changed. */
export class StoreNewerError extends SidestreamError { override readonly name = 'StoreNewerError'; readonly code = 'store_newer'; }

/** The store cannot be read as it should; the message says what can be done. */
export class StoreDamagedError extends SidestreamError { override readonly name = 'StoreDamagedError'; readonly code = 'store_damaged'; }

/** The store cannot be written now, as where a disk is full. Nothing was kept, and it is tried again. */
export class StoreUnavailableError extends SidestreamError {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'store_unavailable';
}

/** Another process has taken the store over: this one keeps nothing more in it, and has ended what ran. */
export class StoreLostError extends SidestreamError { override readonly name = 'StoreLostError'; readonly code = 'store_lost'; }
