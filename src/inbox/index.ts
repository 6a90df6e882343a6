// What a parent has not heard of yet
export { createInbox } from './createInbox.js';
export { announcing } from './announcing.js';
export type { Batch, BatchOptions, Delivery, Inbox, InboxOptions, InboxTurn, Overdue, Sending, Sent, TurnOptions } from './inbox.js';
export type { AskedOption, AskedQuestion } from '../tools/answers/askedOf.js';
export type { News } from '../tools/hearing/news.js';
export type { Completion } from '../tools/answers/completion.js';
