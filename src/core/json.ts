/** Data as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object as JSON has it; a field that is undefined is left out. */
export interface JsonObject { readonly [key: string]: Json | undefined }
