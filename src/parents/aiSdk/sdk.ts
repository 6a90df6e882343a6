/*
 * The one file that imports the AI SDK, version 6 or 7.
 */
export { jsonSchema } from 'ai';
import type { ToolResultPart } from 'ai';

export type { LanguageModel, ModelMessage, ToolSet } from 'ai';
export type ToolResultOutput = ToolResultPart['output'];
