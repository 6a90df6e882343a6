/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- it is the unused parameter that makes the compiler compare */

/** Whether two types are one and the same, `any` and `readonly` included. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Compiles for `true` only. */
export type Expect<T extends true> = T;
