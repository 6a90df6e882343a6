import fc from 'fast-check';

/** What hides, moves or forges text, in seven and eight bits, ended and unended, by itself and split. */
const NASTY = [
  '\u001b[31m', '\u001b[2J', '\u001b[1;1H', '\u009b31m', '\u001b[', '\u001b', '\u009b', '\u001b[38;5;', '\u001bc', '\u001b(0', '\u001b#8',
  '\u001b]0;title\u0007', '\u001b]8;;http://evil\u001b\\', '\u001b]52;c;aGk=', '\u009d0;title\u009c', '\u001b]', '\u009d',
  '\u001bPq#0\u001b\\', '\u0090q\u009c', '\u001b_Ga=T;AAAA\u001b\\', '\u009fG\u009c', '\u001b^pm\u001b\\', '\u001bXsos\u001b\\', '\u001b\\',
  '\u009c', '\u0000', '\u0007', '\b', '\b\b\b', '\r', '\r\n', '\n', '\t', '\v', '\f', '\u007f', '\u0085', '\u2028', '\u2029',
  '\u202e', '\u202d', '\u202c', '\u2066', '\u2069', '\u200e', '\u200f', '\u061c',
  '\u200b', '\u200c', '\u200d', '\u2060', '\u2063', '\ufeff', '\u00ad', '\u034f', '\u180e', '\u3164', '\u115f',
  '\u{e0001}', '\u{e0049}\u{e0067}\u{e006e}', '\u{e007f}', '\ufe00', '\ufe0e', '\ufe0f', '\ufe0f\ufe0e', '\u{e0100}', '\u{e01ef}',
  '\ufff9', '\ufffb', '\ud83d', '\ude00', '\ud800', '\udfff', '\u{1d173}',
];
const PLAIN = ['a', 'word ', 'é', '日本', '👩‍👩‍👧', '❤️', '1️⃣', 'می‌خواهم', '{"a":1}', '\\u001b[31m', '[0m', ';'];

/** Text of a child that is up to no good, or just prints a progress bar. */
export const controlLaden = (maxLength = 12): fc.Arbitrary<string> => fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...NASTY) },
    { weight: 2, arbitrary: fc.constantFrom(...PLAIN) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) },
    { weight: 1, arbitrary: fc.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)) },
  ),
  { minLength: 1, maxLength },
).map((parts) => parts.join(''));
