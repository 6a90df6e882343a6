import { plainJson } from '../../../tools/answers/text/plainJson.js';

/** A value as plain JSON data; nothing at all where it is null or nothing, since AG-UI takes an absent result and no null. */
export const toJson = (value: unknown): unknown => plainJson(value) ?? undefined;
