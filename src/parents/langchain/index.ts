export { inboxHooks, type InboxHooks } from './inboxHooks.js';
export { langchainTools, type LangchainToolsOptions } from './langchainTools.js';
