/** A text is no JSON; `at` is the character where that shows. */
export class JsonError extends Error {
  constructor(message: string, readonly at: number) {
    super(message);
    this.name = 'JsonError';
  }
}
