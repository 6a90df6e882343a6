import { describe, expect, it } from '@jest/globals';
import { ArgumentError, readArguments } from '../../../examples/parent/readArguments.js';

describe('readArguments', () => {
  it('should know what to do without any', () => {
    expect(readArguments([])).toEqual({ directory: undefined, questions: [], json: false, pace: 1_500, help: false });
  });

  it('should take them in any order', () => {
    expect(readArguments(['--json', 'docs', '--ask', 'Why?', '--pace', '0', '--ask', ' How? '])).toEqual({
      directory: 'docs', questions: ['Why?', 'How?'], json: true, pace: 0, help: false,
    });
  });

  it.each([
    [['--colour'], 'Unknown option'],
    [['a', 'b'], 'Expected one directory'],
    [[''], 'got an empty string'],
    [['--ask'], '--ask'],
    [['--ask', ' '], 'Expected a question'],
    [['--ask', '1', '--ask', '2', '--ask', '3', '--ask', '4'], 'at most three'],
    [['--pace', 'fast'], 'got "fast"'],
    [['--pace', '1e400'], 'got "1e400"'],
    [['--pace=-1'], 'got "-1"'],
    [['--pace', ''], 'got ""'],
    [['--json=yes'], '--json'],
  ])('should refuse %j in one sentence', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(ArgumentError);
    expect(() => readArguments(args)).toThrow(sentence);
    expect(() => readArguments(args)).toThrow(/^[^\n]*\.$/);
  });
});
