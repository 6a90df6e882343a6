// A parent on OpenAI's own client: the tools for both APIs, what answers their calls, and what is told between two requests
export { chatTools, type ChatTool } from './chatTools.js';
export { responsesTools, type ResponsesTool } from './responsesTools.js';
export type { OpenaiToolsOptions } from './openaiToolsOptions.js';
export { callTools, type CallToolsOptions } from './callTools.js';
export type { ChatAnswer, ChatCall, ChatMedia, ResponsesAnswer, ResponsesItem, ResponsesPart } from './calls.js';
export { withInbox } from './withInbox.js';
