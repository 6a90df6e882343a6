import { Observable } from 'rxjs';
import type { AgentContext } from '../../core/agent.js';
import { BudgetExceededError } from '../../core/errors.js';
import { result, type AgentOutput } from '../../core/output.js';
import type { StandardSchema } from '../../core/standardSchema.js';
import { readInput } from '../../tools/calls/readInput.js';
import { createToolset } from '../../tools/toolset.js';
import { asAiTools, type ToolSet } from './aiSdk.js';
import { checkpointsOf } from '../restart/checkpointsOf.js';
import { saysOnRestart } from '../restart/onRestart.js';
import { briefSchemaOf } from './toolsets/briefSchemaOf.js';
import { createMail } from './loop/createMail.js';
import { createPreparer } from './loop/createPreparer.js';
import { createTalk } from './loop/createTalk.js';
import { createPermits } from './toolsets/createPermits.js';
import { DELEGATION, grantToolsets } from './toolsets/grantToolsets.js';
import { holdTools } from './toolsets/holdTools.js';
import type { ModelAgent } from './modelAgent.js';
import type { ModelBrief } from './modelBrief.js';
import type { ModelSettings } from './readModelOptions.js';
import { promptOf, runLoop } from './loop/runLoop.js';
import { createResultForm } from './result/createResultForm.js';

/**
 * The agent of these settings that holds these toolsets and no others. What it starts by the delegation tools is made here again, with no
 * more toolsets, models and steps than it was granted itself: so no child can get what its parent has not.
 */
export function createModelAgent(settings: ModelSettings, held: readonly string[]): ModelAgent {
  const briefSchema = briefSchemaOf(settings, held);
  const read = (brief: ModelBrief): Omit<ModelBrief, 'goal'> => readInput(briefSchema, brief);

  const agent = (brief: ModelBrief, _steering: unknown, context: AgentContext) => new Observable<AgentOutput>((subscriber) => {
    const { toolsets, model, max_iterations: maxSteps = settings.maxSteps } = read(brief);
    const granted = grantToolsets(toolsets, held, context.depthLeft > 0);
    const chosen = choose(settings, model, maxSteps);
    const abort = new AbortController();
    const form = createResultForm(context.resultSchema ?? settings.resultSchema, settings.output);
    const talk = createTalk(promptOf(brief, form?.words), checkpointsOf(context, 'model', brief));
    const mail = createMail(context, granted.includes(DELEGATION));
    const preparer = createPreparer(chosen, talk);
    const { tools, settled } = holdTools(toolsOf(chosen, granted, context), {
      signal: abort.signal, watch: talk, permit: createPermits(context, abort.signal), contexts: () => preparer.contexts,
    });
    const ended = runLoop({
      settings: chosen,
      talk,
      tools,
      mail,
      preparer,
      form,
      context,
      signal: abort.signal,
      put: (output) => { if (!abort.signal.aborted) subscriber.next(output); },
    }).then(
      (value) => {
        if (abort.signal.aborted) return;
        subscriber.next(result(value) as AgentOutput);
        subscriber.complete();
      },
      (thrown: unknown) => {
        if (abort.signal.aborted) return;
        // What there is of an answer is kept.
        if (thrown instanceof BudgetExceededError && talk.said !== undefined) subscriber.next(result(talk.said));
        subscriber.error(thrown);
      },
    ).then(settled);
    context.holdStop(ended);
    // Also after a failure: what the SDK still reads of an answer that broke is closed with it.
    return () => {
      abort.abort();
      mail.drop();
    };
  });

  return Object.assign(Object.defineProperty(agent, 'name', { value: settings.name }), {
    briefSchema,
    steerable: true,
    followUp: true,
    ...(settings.resultSchema === undefined ? {} : { resultSchema: settings.resultSchema as StandardSchema<string> }),
    ...saysOnRestart(settings.onRestart),
    ...(settings.description === undefined ? {} : { description: settings.description }),
    grant: (brief: ModelBrief, scope: Parameters<ModelAgent['grant']>[1]) => {
      const { toolsets, model, max_iterations = settings.maxSteps } = read(brief);
      const granted = grantToolsets(toolsets, held, scope.depthLeft > 1);
      return {
        ...(held.length === 0 ? {} : { toolsets: granted }),
        ...(model === undefined ? {} : { model }),
        ...(max_iterations === Infinity ? {} : { max_iterations }),
      };
    },
  });
}

/**
 * The settings of one run, which are those of its children too: no other models where one was asked for, and no more steps. A run for which
 * nobody chose has the choice itself, as it has all toolsets where nobody asked for some.
 */
const choose = (settings: ModelSettings, model: string | undefined, maxSteps: number): ModelSettings => ({
  ...settings,
  maxSteps,
  ...(model === undefined ? {} : { model: settings.models[model]!, models: { [model]: settings.models[model]! } }),
});

function toolsOf(settings: ModelSettings, granted: readonly string[], context: AgentContext): ToolSet {
  // What the result has to be is said of this agent, and not of what it has done for it.
  const below = { ...settings, resultSchema: undefined, output: undefined };
  const sets = granted.map((name) => name === DELEGATION
    ? asAiTools(createToolset(context, { agents: { [settings.name]: createModelAgent(below, granted) }, inbox: true }))
    : settings.toolsets[name]!);
  return Object.assign({}, ...sets) as ToolSet;
}
