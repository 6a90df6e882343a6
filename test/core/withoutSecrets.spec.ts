import { describe, expect, it } from '@jest/globals';
import { check, type Kind } from '../../src/core/check.js';
import { describeValue } from '../../src/core/describeValue.js';
import { withoutSecrets } from '../../src/core/withoutSecrets.js';
import { ALLOWED, growthOf } from '../support/linear/growthOf.js';

describe('withoutSecrets', () => {
  it.each([
    ['connect to https://me:hunter2@host/x failed', 'connect to https://…@host/x failed'],
    ['Headers.append: "Bearer sk-abcdef\n" is an invalid header value.', 'a header is an invalid header value.'],
    ['GET failed: Bearer sk-abcdef', 'GET failed: Bearer …'],
    ['{"authorization":"Basic dXNlcjpwYXNz"}', '{"authorization":"Basic …"}'],
    ['Incorrect API key provided: sk-proj-0123456789abcdef. Ask', 'Incorrect API key provided: sk-…. Ask'],
    ['x-api-key: abcdef, next', 'x-api-key: …, next'],
    ['GET /v1?api_key=abcdef&model=m', 'GET /v1?api_key=…&model=m'],
    ['{"password":"hunter22","user":"me"}', '{"password":"…","user":"me"}'],
    ['token eyJhbGciOiJIUzI1NiJ9.e30.abc is expired', 'token … is expired'],
    ['ghp_0123456789abcdefghij', 'ghp-…'],
    ['AIzaSyA-0123456789abcdefg', 'AIza…'],
  ])('should leave the secret out of %j', (text, safe) => {
    expect(withoutSecrets(text)).toBe(safe);
  });

  it.each([
    'Token limit exceeded.', 'Basic authentication is required.', 'The model gpt-5-mini does not exist.', 'Rate limit reached: 10 tokens per minute.', 'http://localhost:1234/v1/chat', 'key: x',
    'connect ECONNREFUSED 127.0.0.1:4000', 'Expected `token` to be a string', 'mail me@example.org',
  ])('should leave %j as it is', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });

  it('should leave out what is known to be a secret, but no word', () => {
    expect(withoutSecrets('refused: correct-horse for a user', ['correct-horse', 'user', undefined, 7])).toBe('refused: … for a user');
  });

  const MANY = ['//', '//a', 'Bearer ', 'Basic ', 'key: ', 'authorization:a ', 'sk-', 'eyJ.', 'token"="', 'a/@', 'Headers.'];
  it.each(MANY)('should take linear time for many of %j', async (part) => {
    const { ratio } = await growthOf((size) => withoutSecrets(part.repeat(size / part.length)), 8);
    expect(ratio).toBeLessThan(ALLOWED);
  });
});

describe('a sentence about a value that may be a secret', () => {
  const A_SECRET: Kind = [() => false, 'a secret', true];

  it.each(['short', 'sk-0123456789abcdef', 12_345_678])('should say what it is and not %p', (value) => {
    const sentence = /^Expected `token` to be a secret, got a (string of \d+ characters|number)\.$/;
    expect(() => check('token', value, A_SECRET)).toThrow(sentence);
  });

  it.each(['sk-0123456789abcdef01', 'AKIAIOSFODNN7EXAMPLE', 'http://me:pass@host', 'ab12cd34ef56ab78cd90'])(
    'should repeat nothing that looks like a key, wherever it stands: %p', (value) => {
      expect(describeValue(value)).toBe(`a string of ${value.length} characters`);
    });

  it.each([
    'soon', '300s', 'a few words with 1 digit in them', 'sidestream.config.json', 'researcher-7kq2wd',
  ])('should repeat %p', (value) => {
    expect(describeValue(value)).toBe(JSON.stringify(value));
  });
});
