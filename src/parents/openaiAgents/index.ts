export { openaiAgentsTools, type StrictParameters } from './openaiAgentsTools.js';
export { withInbox, type InboxRunOptions } from './withInbox.js';
