import type { SqliteHandle } from './handle.js';

/** Booleans, blobs and large integers each driver reads in its own way, so none of them is used. */
export type Value = string | number | null;

/**
 * Text is read as the bytes that it is made of, `CAST(text AS BLOB)`, which each driver answers with something of its own. A driver that is
 * to make a string of it may be ended by what a damaged file has there, and its process with it.
 */
export type Bytes = ArrayBuffer | ArrayBufferView | null;

/** The bytes as text. */
export function textIn(bytes: Bytes | undefined): string {
  if (bytes == null) return '';
  return (ArrayBuffer.isView(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes)).toString();
}

/** A row by the names of its columns, as far as its statement asks for them. */
export interface Row {
  readonly n: number;
  readonly id: Bytes;
  readonly state: number;
  readonly heard: number;
  readonly ord: number;
  readonly gone: number | null;
  readonly text: Bytes;
  readonly key: number;
  readonly t: number;
  readonly s: number;
  readonly found: number;
  readonly file: Bytes;
}

interface Statement {
  run(...values: Value[]): { readonly changes: number | bigint };
  get(...values: Value[]): unknown;
  all(...values: Value[]): unknown[];
}

/**
 * One way to speak to node:sqlite, better-sqlite3 and libsql: what they have in common, where they agree. Values are given by position,
 * rows are read by the names of their columns, and transactions are begun and ended by statements.
 */
export class Database {
  readonly #statements = new Map<string, Statement>();

  constructor(readonly handle: SqliteHandle) {}

  exec(sql: string): void {
    this.handle.exec(sql);
  }

  /** Answers with how many rows were changed. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return (this.#prepare(sql).get(...values) ?? undefined) as Row | undefined;
  }

  all(sql: string, ...values: Value[]): readonly Row[] {
    return this.#prepare(sql).all(...values) as readonly Row[];
  }

  /** The only value of the first row. */
  pragma(name: string): Value {
    const row = this.handle.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, Value>> | null | undefined;
    return Object.entries(row ?? {}).find(([column]) => column !== '_metadata')?.[1] ?? null;
  }

  /** Keeps all of it or nothing. */
  write<T>(work: () => T): T {
    return this.#within('BEGIN IMMEDIATE', work);
  }

  /** Reads all of it in one state. */
  read<T>(work: () => T): T {
    return this.#within('BEGIN', work);
  }

  close(): void {
    this.#statements.clear();
    this.handle.close();
  }

  #within<T>(begin: string, work: () => T): T {
    this.exec(begin);
    try {
      const answer = work();
      this.exec('COMMIT');
      return answer;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** A full disk has rolled it back already, and then there is nothing to roll back. */
  #rollBack(): void {
    try {
      this.exec('ROLLBACK');
    } catch { /* It is rolled back. */ }
  }

  #prepare(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.handle.prepare(sql) as unknown as Statement;
    this.#statements.set(sql, statement);
    return statement;
  }
}
