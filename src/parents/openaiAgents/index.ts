export { openaiAgentsTools, type OpenaiAgentsToolsOptions, type StrictParameters } from './openaiAgentsTools.js';
export { withInbox, type InboxRunOptions } from './withInbox.js';
