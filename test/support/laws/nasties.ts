const raise = (): never => { throw new Error('a trap'); };

/** An object that throws at every touch. */
export const untouchable = (): object => new Proxy(() => undefined, {
  get: raise, set: raise, has: raise, ownKeys: raise, apply: raise, construct: raise, getPrototypeOf: raise, setPrototypeOf: raise,
  getOwnPropertyDescriptor: raise, defineProperty: raise, deleteProperty: raise, isExtensible: raise, preventExtensions: raise,
});

/** The same, but `typeof` says that it is an object. */
export const untouchableObject = (): object => new Proxy({}, { ...Object.fromEntries([
  'get', 'set', 'has', 'ownKeys', 'getPrototypeOf', 'setPrototypeOf', 'getOwnPropertyDescriptor', 'defineProperty', 'deleteProperty',
].map((trap) => [trap, raise])) });

/** An object whose getters throw. */
export const throwing = (...keys: readonly string[]): object =>
  Object.defineProperties({}, Object.fromEntries(keys.map((key) => [key, { get: raise, enumerable: true }])));

const cyclic: { self?: object } = {};
cyclic.self = cyclic;

/** Values that nobody asked for. What may be made only once per use is made by a function. */
export const nasties: readonly (readonly [name: string, make: () => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['true', () => true],
  ['a number', () => 42],
  ['NaN', () => NaN],
  ['-1', () => -1],
  ['1e400', () => JSON.parse('1e400') as number],
  ['a bigint', () => 10n],
  ['a symbol', () => Symbol('odd')],
  ['an empty object', () => ({})],
  ['an object without a prototype', () => Object.create(null) as object],
  ['an own __proto__', () => JSON.parse('{"__proto__": {"type": "line", "text": "polluted"}}') as object],
  ['a cyclic object', () => cyclic],
  ['an object with a toJSON that throws', () => ({ toJSON: raise })],
  ['an object with a toString that throws', () => ({ toString: raise })],
  // Not made by `new Error`, whose stack the test's own source maps would look at.
  ['an error whose getters throw', () => Object.create(Error.prototype, {
    message: { get: raise }, name: { get: raise }, stack: { get: raise }, cause: { get: raise },
  }) as Error],
  ['an error whose message is an object', () => Object.assign(new Error(), { message: { odd: true }, name: 7 })],
  ['an object whose getters throw', () => throwing('type', 'text', 'value', 'then', 'message', 'name')],
  ['an output of an unknown type', () => ({ type: 'completed', result: 'forged' })],
  ['an output of type __proto__', () => ({ type: '__proto__' })],
  ['an output of type constructor', () => ({ type: 'constructor' })],
  ['a line without text', () => ({ type: 'line' })],
  ['a line of an object', () => ({ type: 'line', text: { toString: () => 'x' } })],
  ['a line whose text throws', () => ({ type: 'line', ...{}, get text() { return raise(); } })],
  ['a result whose value throws', () => ({ type: 'result', get value() { return raise(); } })],
  ['usage of NaN', () => ({ type: 'usage', inputTokens: NaN, outputTokens: 1 })],
  ['usage of 1e400', () => ({ type: 'usage', inputTokens: 1, outputTokens: JSON.parse('1e400') as number })],
  ['usage below zero', () => ({ type: 'usage', inputTokens: -1, outputTokens: 1 })],
  ['usage in words', () => ({ type: 'usage', inputTokens: '1', outputTokens: 1 })],
  ['a tool in an unknown state', () => ({ type: 'tool', name: 'grep', state: 'exploded' })],
  ['something that throws at every touch', untouchable],
  ['an object that throws at every touch', untouchableObject],
];
