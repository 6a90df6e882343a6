import { catchError, from, throwError, timeout, type Observable, type ObservableInput } from 'rxjs';
import { NotStartedError } from '../../../core/errors.js';
import { describeRefusal } from '../connection/describeRefusal.js';
import { wantsLogin } from './wantsLogin.js';
import { whatItWrote } from '../connection/whatItWrote.js';

/** What a step of the start is said to be, where it fails. */
export interface Step {
  /** The program. */
  readonly file: string;
  /** The method. */
  readonly step: string;
  /** What to do where the agent wants somebody to log in. */
  readonly login: string;
  /** Milliseconds that it may take. */
  readonly deadline: number;
  stderrTail(this: void): string;
  /** What the program was given that must not be repeated. */
  readonly secrets: readonly string[];
}

/** Waits for a step of the start; where it fails, the task has not started. */
export function handshake<T>(answer: ObservableInput<T>, { file, step, login, deadline, stderrTail, secrets }: Step): Observable<T> {
  return from(answer).pipe(
    timeout({
      first: deadline,
      with: () => throwError(() => new NotStartedError(
        `\`${file}\` did not answer ${step} within ${deadline / 1000} s. Check that these are the arguments with which it speaks ACP over `
        + `stdio, or raise \`handshakeTimeout\`.${whatItWrote(stderrTail(), secrets)}`,
      )),
    }),
    catchError((error: unknown) => throwError(() => error instanceof NotStartedError ? error : new NotStartedError(
      `\`${file}\` did not get past ${step}: ${sentence(describeRefusal(error, secrets))}${wantsLogin(error) ? ` ${login}` : ''}`,
      { cause: error },
    ))),
  );
}

const sentence = (words: string): string => /[.!?)]$/.test(words.trimEnd()) ? words.trimEnd() : `${words.trimEnd()}.`;
