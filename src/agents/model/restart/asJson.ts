import type { Json, JsonObject } from '../../../core/json.js';

/** Deeper than this nothing is kept: what is kept has to be read again, and stands some levels deep itself. */
const DEEPEST = 150;

/** What stands for a value that JSON has no form for. */
const BYTES = 'sidestream:bytes';
const ADDRESS = 'sidestream:url';
/** For an object that has one of these fields by itself. */
const PLAIN = 'sidestream:object';

/**
 * A value as JSON, from which {@link fromJson} makes it again: bytes and addresses included, as a message of the AI SDK holds them. What
 * can be neither kept nor written to a provider is replaced by a sentence. Never throws.
 */
export function asJson(value: unknown, depth = 0): Json {
  try {
    return jsonOf(value, depth);
  } catch (thrown) {
    return left(`what could not be read (${thrown instanceof Error ? thrown.message : String(thrown)})`);
  }
}

function jsonOf(value: unknown, depth: number): Json {
  switch (typeof value) {
    case 'string': case 'boolean': return value;
    case 'number': return Number.isFinite(value) ? value : null;
    case 'object': break;
    case 'undefined': return null;
    default: return left(`a ${typeof value}`);
  }
  if (value === null) return null;
  if (depth > DEEPEST) return left('what is too deep, or holds itself');
  if (ArrayBuffer.isView(value)) {
    return { [BYTES]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (value instanceof ArrayBuffer) return { [BYTES]: Buffer.from(value).toString('base64') };
  if (value instanceof URL) return { [ADDRESS]: value.href };
  if (Array.isArray(value)) return value.map((part) => asJson(part, depth + 1));
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') return asJson(toJSON.call(value), depth + 1);
  const fields = Object.entries(value).filter(([, part]) => part !== undefined);
  const json: JsonObject = Object.fromEntries(fields.map(([name, part]) => [name, asJson(part, depth + 1)]));
  return [BYTES, ADDRESS, PLAIN].some((name) => Object.hasOwn(json, name)) ? { [PLAIN]: json } : json;
}

/** What was made JSON by {@link asJson}. */
export function fromJson(json: Json): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (isList(json)) return json.map(fromJson);
  const { [BYTES]: bytes, [ADDRESS]: address, [PLAIN]: plain } = json;
  if (typeof bytes === 'string') return new Uint8Array(Buffer.from(bytes, 'base64'));
  if (typeof address === 'string') return new URL(address);
  const own = typeof plain === 'object' && plain !== null && !isList(plain) ? plain : json;
  return Object.fromEntries(Object.entries(own).map(([name, part]) => [name, fromJson(part!)]));
}

const left = (what: string): string => `[${what}, which could not be kept over a restart]`;

const isList = (json: Json): json is readonly Json[] => Array.isArray(json);
