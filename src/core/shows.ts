/** Orders to a terminal: titles and other strings, colours, the cursor; by an escape or by one character of eight bits. */
const ORDERS = new RegExp(
  '(?:\\u001b[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u009c\\n]*(?:\\u0007|\\u001b\\\\|\\u009c)?'
  + '|(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]?|\\u001b[ -/]*[0-~]?', 'g',
);

/** Whether anything is to be seen of a text: more than blanks, control characters and orders to a terminal. */
export const shows = (text: string): boolean =>
  /[^\s\p{Cc}\p{Cf}]/u.test(/[\u001b\u0090-\u009f]/.test(text) ? text.replace(ORDERS, '') : text);
