/*
 * The one file that imports the AI SDK, version 6 or 7.
 */
export { jsonSchema } from 'ai';
import * as sdk from 'ai';
import type { ToolResultPart } from 'ai';

export type { LanguageModel, ModelMessage, ToolSet } from 'ai';
export type ToolResultOutput = ToolResultPart['output'];

/** Whether the results of tools have files as version 7 has them: what has `uploadFile` knows one shape for all files. */
export const HAS_FILE_PARTS = 'uploadFile' in sdk;
