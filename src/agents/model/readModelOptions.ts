import { check, count, readOptions, A_BOOLEAN, A_FUNCTION, AN_OBJECT, WORDS, type Kind, type Option } from '../../core/check.js';
import { InvalidArgumentError } from '../../core/errors.js';
import { ON_RESTART } from '../../core/onRestart.js';
import { isSchema, type StandardSchema } from '../../core/standardSchema.js';
import { TOOL_NAMES } from '../../tools/toolNames.js';
import type { CallSettings, LanguageModel, StepContexts, ToolSet } from './aiSdk.js';
import { DELEGATION } from './toolsets/grantToolsets.js';
import type { ModelOptions, ModelStepOptions } from './modelOptions.js';

/** Options that have been read: what a run works with. */
export interface ModelSettings extends Omit<ModelStepOptions, keyof StepContexts> {
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
  readonly maxPause: number;
  readonly startTimeout: number;
  readonly onRestart: ModelOptions['onRestart'];
  readonly cost: ModelOptions['cost'];
  readonly resultSchema: StandardSchema | undefined;
  readonly contexts: StepContexts;
  readonly call: CallSettings;
}

const A_MODEL: Kind = [
  (value) => WORDS[0](value) || typeof (Object(value) as Record<string, unknown>)['doStream'] === 'function',
  'a language model of the AI SDK, or the id of one',
];
const A_NUMBER: Kind = [(value) => Number.isFinite(value), 'a number'];
const AN_INTEGER: Kind = [Number.isInteger, 'a whole number'];
const TOKENS: Kind = [(value) => Number.isInteger(value) && (value as number) >= 1, 'a whole number from 1'];
const SEQUENCES: Kind = [(value) => Array.isArray(value) && value.every((each) => typeof each === 'string'), 'a list of strings'];
/** Keys stand among them. */
const SETTINGS: Kind = [AN_OBJECT[0], AN_OBJECT[1], true];
const RETRIES: Kind = [(value) => Number.isInteger(value) && (value as number) >= 0, 'a whole number from 0'];

/** Timers take no more: Node fires anything longer after 1 ms. */
const MAX_DURATION = 2_147_483_647;
const TIMEOUT: Kind = [
  (value) => typeof value === 'number' && value >= 1 && value <= MAX_DURATION, `a number of milliseconds from 1 to ${MAX_DURATION}`,
];

const PAUSE: Kind = [
  (value) => typeof value === 'number' && value >= 0 && value <= MAX_DURATION, `a number of milliseconds from 0 to ${MAX_DURATION}`,
];

const A_CHOICE: Kind = [
  (value) => ['auto', 'none', 'required'].includes(value as string) || WORDS[0]((Object(value) as Record<string, unknown>)['toolName']),
  "'auto', 'none', 'required' or { type: 'tool', toolName }",
];
const AN_OUTPUT: Kind = [
  (value) => typeof (Object(value) as Record<string, unknown>)['parseCompleteOutput'] === 'function',
  'what `Output.object({ schema })` of the AI SDK makes, or another form of its `Output`', true,
];
const CONDITIONS: Kind = [
  (value) => [value].flat().every((each) => typeof each === 'function'), 'a condition of the AI SDK, or a list of some',
];
const A_SCHEMA: Kind = [isSchema, 'an object of zod, or of another library with Standard Schema', true];
const ANYTHING: Kind = [() => true, 'anything', true];

/** What holds in each step. */
const STEPS: Record<Exclude<keyof ModelStepOptions, keyof StepContexts>, Option> = {
  telemetry: [undefined, SETTINGS],
  toolChoice: [undefined, A_CHOICE],
  output: [undefined, AN_OUTPUT],
  prepareStep: [undefined, A_FUNCTION],
  stopWhen: [undefined, CONDITIONS],
};

const CONTEXTS: Record<keyof StepContexts, Option> = {
  experimental_context: [undefined, ANYTHING],
  runtimeContext: [undefined, SETTINGS],
  toolsContext: [undefined, SETTINGS],
};

/** What the SDK hands on as it is. */
const CALL: Record<keyof CallSettings, Option> = {
  headers: [undefined, SETTINGS],
  providerOptions: [undefined, SETTINGS],
  temperature: [undefined, A_NUMBER],
  topP: [undefined, A_NUMBER],
  topK: [undefined, A_NUMBER],
  seed: [undefined, AN_INTEGER],
  stopSequences: [undefined, SEQUENCES],
  maxOutputTokens: [undefined, TOKENS],
};

/** What the SDK calls something, or called it once, and what it is here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  maxTokens: 'It is `maxOutputTokens`.',
  tools: 'Tools stand in named sets: `toolsets: { files: { … } }`.',
  experimental_telemetry: 'It is `telemetry`.',
  experimental_output: 'It is `output`.',
  context: 'It is `experimental_context`.',
  instructions: 'It is `system`.',
  prompt: 'What is asked is the goal of the brief.',
  messages: 'What is asked is the goal of the brief.',
  abortSignal: 'Unsubscribing aborts, and so does `cancel()`.',
};

/** Reads the options of `model()`, and throws a sentence about the first that is not what it should be. */
export function readModelOptions(options: ModelOptions): ModelSettings {
  const other = Object.keys(Object(options) as object).find((field) => Object.hasOwn(OTHER_NAMES, field));
  if (other !== undefined) throw new InvalidArgumentError(`Unknown field \`${other}\` in the options of model. ${OTHER_NAMES[other]!}`);
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
    maxPause: [900_000, PAUSE],
    startTimeout: [120_000, TIMEOUT],
    onRestart: [undefined, ON_RESTART],
    cost: [undefined, A_FUNCTION],
    resultSchema: [undefined, A_SCHEMA],
    ...STEPS,
    ...CONTEXTS,
    ...CALL,
  }) as Omit<ModelSettings, 'call' | 'contexts'> & CallSettings & StepContexts;
  check('model', read.model, A_MODEL);
  for (const [name, model] of Object.entries(read.models)) check(`models.${name}`, model, A_MODEL);
  readToolsets(read.toolsets, read.delegation);
  const within = (part: object): object =>
    Object.fromEntries(Object.entries(read).filter(([name, value]) => Object.hasOwn(part, name) && value !== undefined));
  const isApart = (name: string): boolean => Object.hasOwn(CALL, name) || Object.hasOwn(CONTEXTS, name);
  const rest: unknown = Object.fromEntries(Object.entries(read).filter(([name]) => !isApart(name)));
  return { ...rest as Omit<ModelSettings, 'call' | 'contexts'>, call: within(CALL), contexts: within(CONTEXTS) };
}

/** Two tools of one name would be one tool, and nobody could say which. */
function readToolsets(toolsets: ModelSettings['toolsets'], delegation: boolean): void {
  const seen = new Map<string, string>(delegation ? TOOL_NAMES.map((tool) => [tool, DELEGATION]) : []);
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
