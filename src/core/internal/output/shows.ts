/** Orders to a terminal: colours, the cursor, titles. */
const ORDERS = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

/** Whether anything is to be seen of a text: more than blanks, control characters and orders to a terminal. */
export const shows = (text: string): boolean =>
  /[^\s\p{Cc}\p{Cf}]/u.test(text.includes('\u001b') ? text.replace(ORDERS, '') : text);
