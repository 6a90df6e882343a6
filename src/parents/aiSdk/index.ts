// A parent of the AI SDK, version 6 or 7: the tools, and what is told between its steps
export { aiTools, type AiToolsOptions } from './aiTools.js';
export { aiSteps, type AiSteps, type AiStepsOptions } from './aiSteps.js';
