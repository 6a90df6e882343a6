import { from, Observable, type ObservableInput } from 'rxjs';

/** What RxJS can subscribe to; a string is no stream of its characters. */
export function isStream(value: unknown): boolean {
  try {
    return typeof value !== 'string' && from(value as ObservableInput<unknown>) instanceof Observable;
  } catch {
    return false;
  }
}
