import { check, count, readOptions, A_BOOLEAN, A_FUNCTION, AN_OBJECT, WORDS, type Kind } from '../../core/check.js';
import { InvalidArgumentError } from '../../core/errors.js';
import type { ToolName } from '../../tools/tool.js';
import type { CallSettings, LanguageModel, ToolSet } from './aiSdk.js';
import { DELEGATION } from './grantToolsets.js';
import type { ModelOptions } from './modelOptions.js';

/** Options that have been read: what a run works with. */
export interface ModelSettings {
  readonly name: string;
  readonly description: string | undefined;
  readonly model: LanguageModel;
  readonly models: Readonly<Record<string, LanguageModel>>;
  readonly system: string | undefined;
  readonly toolsets: Readonly<Record<string, ToolSet>>;
  /** Whether `delegation` is one of the toolsets. */
  readonly delegation: boolean;
  readonly maxSteps: number;
  readonly maxRetries: number;
  readonly cost: ModelOptions['cost'];
  readonly call: CallSettings;
}

const A_MODEL: Kind = [
  (value) => WORDS[0](value) || typeof (Object(value) as Record<string, unknown>)['doStream'] === 'function',
  'a language model of the AI SDK, or the id of one',
];
const A_NUMBER: Kind = [(value) => Number.isFinite(value), 'a number'];
const RETRIES: Kind = [(value) => Number.isInteger(value) && (value as number) >= 0, 'a whole number from 0'];

/** Reads the options of `model()`, and throws a sentence about the first that is not what it should be. */
export function readModelOptions(options: ModelOptions): ModelSettings {
  const read = readOptions('the options of model', options, {
    model: [undefined, A_MODEL],
    models: [{}, AN_OBJECT],
    name: ['model', WORDS],
    description: [undefined, WORDS],
    system: [undefined, WORDS],
    toolsets: [{}, AN_OBJECT],
    delegation: [false, A_BOOLEAN],
    maxSteps: [20, count(1)],
    maxRetries: [2, RETRIES],
    cost: [undefined, A_FUNCTION],
    headers: [undefined, AN_OBJECT],
    providerOptions: [undefined, AN_OBJECT],
    temperature: [undefined, A_NUMBER],
    maxOutputTokens: [undefined, count(1)],
  }) as ModelSettings & CallSettings;
  check('model', read.model, A_MODEL);
  for (const [name, model] of Object.entries(read.models)) check(`models.${name}`, model, A_MODEL);
  readToolsets(read.toolsets, read.delegation);
  const { headers, providerOptions, temperature, maxOutputTokens, ...settings } = read;
  const call = Object.fromEntries(
    Object.entries({ headers, providerOptions, temperature, maxOutputTokens }).filter(([, value]) => value !== undefined),
  );
  return { ...settings, call };
}

const DELEGATION_TOOLS: readonly ToolName[] = [
  'delegate_task_async', 'check_task', 'collect_task', 'steer_task', 'cancel_task', 'list_tasks', 'delegate_task',
];

/** Two tools of one name would be one tool, and nobody could say which. */
function readToolsets(toolsets: ModelSettings['toolsets'], delegation: boolean): void {
  const seen = new Map<string, string>(delegation ? DELEGATION_TOOLS.map((tool) => [tool, DELEGATION]) : []);
  for (const [name, tools] of Object.entries(toolsets)) {
    check(`toolsets.${name}`, tools, AN_OBJECT);
    if (name.trim() === '') throw new InvalidArgumentError('Expected each toolset to have a name that is not blank.');
    if (name === DELEGATION) {
      throw new InvalidArgumentError(`Expected a toolset to have another name than \`${name}\`, which the option of that name makes.`);
    }
    const names = Object.keys(tools);
    if (names.length === 0) throw new InvalidArgumentError(`Expected \`toolsets.${name}\` to have at least one tool, got an empty object.`);
    for (const tool of names) {
      const other = seen.get(tool);
      if (other !== undefined) {
        throw new InvalidArgumentError(`Expected tools of different names, got \`${tool}\` in ${[name, other].sort().join(' and in ')}.`);
      }
      seen.set(tool, name);
      readTool(`toolsets.${name}.${tool}`, tools[tool]);
    }
  }
}

function readTool(name: string, tool: unknown): void {
  check(name, tool, AN_OBJECT);
  const { execute, type } = tool as { readonly execute?: unknown; readonly type?: unknown };
  // A tool of the provider's own is run over there.
  if (String(type).startsWith('provider')) return;
  check(`${name}.execute`, execute, A_FUNCTION);
}
