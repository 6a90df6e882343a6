/** Written by hand from the code charts, so that it is not the cleaner's own list. Joiners and emoji selectors have tests of their own. */
const HIDDEN = new RegExp(
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f' // control characters but tab and newline
  + '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u3164\\uffa0' // soft hyphen, fillers, Mongolian selectors
  + '\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb' // zero width, bidi, operators, anchors
  + '\\ufe00-\\ufe0d\\u{e0000}-\\u{e0fff}\\u{1d173}-\\u{1d17a}]' // variation selectors, tags, musical marks
  + '|\\p{Surrogate}', // halves of characters
  'u',
);

/** Whether nothing in a text is hidden from who reads it. */
export const isVisible = (text: string): boolean => !HIDDEN.test(text);
