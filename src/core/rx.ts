/* eslint-disable @typescript-eslint/no-deprecated -- of most of them it is one signature; where one is called, that is looked at */

/**
 * What the core takes of RxJS, for all its files. A bundler that leaves a package out repeats the import of each file that has one; so
 * there is one, and it shows what the core needs.
 */
export {
  asyncScheduler, AsyncSubject, catchError, concat, defer, distinctUntilChanged, EMPTY, filter, finalize, firstValueFrom, from,
  lastValueFrom, map, merge, mergeMap, Observable, observable, of, startWith, Subject, Subscription, switchMap, take, takeUntil, takeWhile,
  tap, throwError, throwIfEmpty, timer,
} from 'rxjs';
