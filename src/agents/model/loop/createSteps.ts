import { firstValueFrom, timer } from 'rxjs';
import type { AgentContext } from '../../../core/agent.js';
import { untilAborted } from '../../../core/operators/untilAborted.js';
import { line, type AgentOutput } from '../../../core/output.js';
import type { LanguageModel, OutputForm, StepRequest, ToolSet } from '../aiSdk.js';
import { gateOf } from '../failure/gateOf.js';
import { ModelError } from '../failure/modelError.js';
import { tryAgain } from '../failure/tryAgain.js';
import type { ModelSettings } from '../readModelOptions.js';
import type { ResultForm } from '../result/createResultForm.js';
import type { Mail } from './createMail.js';
import type { Preparer } from './createPreparer.js';
import { createPurse } from './createPurse.js';
import type { Talk } from './createTalk.js';
import { nameOfModel } from './nameOfModel.js';
import { runStep, type StepEnd } from './runStep.js';

/** Timers take no more. */
const LONGEST = 2_147_483_647;

/** What one run has to work with. */
export interface LoopOptions {
  readonly settings: ModelSettings;
  readonly talk: Talk;
  readonly tools: ToolSet;
  readonly mail: Mail;
  readonly preparer: Preparer;
  /** What the result has to be, where it has to be something. */
  readonly form: ResultForm | undefined;
  readonly context: Pick<AgentContext, 'budget' | 'waitFor'>;
  readonly signal: AbortSignal;
  readonly put: (output: AgentOutput<never>) => void;
}

/** Models that have refused a request because of the form that it asked for, in this process. */
const formless = new WeakSet<object>();

/**
 * What takes one step: prepares it, sends the conversation, tries again what passes, and spends what is left of the budgets.
 *
 * @returns a function that takes a step; in one that is `last`, no tool is called
 */
export function createSteps(options: LoopOptions): (kind?: 'last') => Promise<StepEnd> {
  const { settings, talk, tools, mail, preparer, form, context, signal, put } = options;
  const { maxRetries, maxPause, call, telemetry } = settings;
  const purse = createPurse(nameOfModel(settings.model), context);
  const pause = async (time: number, reason: string): Promise<void> => {
    const over = timer(Math.min(time, LONGEST)).pipe(untilAborted(signal));
    await firstValueFrom(context.waitFor({ reason, until: Date.now() + time }, over));
  };
  const answered = (): void => {
    // What reads delivered is in what a later process goes on from.
    talk.answered();
    mail.answered();
  };

  return async (kind) => {
    // Also what `prepareStep` is to see.
    talk.tell(mail.take());
    const { model, system, messages, until, prepared } = await preparer.prepare();
    let streamed = false;
    const isLast = kind === 'last';
    const send = async (output: OutputForm | undefined): Promise<StepEnd> => {
      const reserved = purse.reserve(talk.said);
      // Also of what came in a pause.
      talk.tell(mail.take());
      const request: StepRequest = {
        model, system, messages: [...messages, ...talk.messages.slice(until)], tools, settings: call, telemetry, output,
        ...(isLast
          ? { toolChoice: noneOf(tools), prepared: prepared && { ...prepared, toolChoice: undefined } as never }
          : { toolChoice: chosenOf(settings.toolChoice, tools), prepared }),
        contexts: preparer.contexts, isLast, signal, answered,
      };
      try {
        return await runStep(request, settings, (one) => {
          streamed = true;
          reserved.put(one, put);
        });
      } finally {
        reserved.release();
      }
    };
    const attempt = async (): Promise<StepEnd> => {
      const own = form?.given === undefined && takesForms(model) ? form?.own : undefined;
      try {
        return await send(form?.given ?? own);
      } catch (thrown) {
        // It may be that it takes no form beside tools, or not this one. It is asked for in words, too.
        if (own === undefined || streamed || !(thrown instanceof ModelError) || thrown.reason !== 'bad_request') throw thrown;
        const end = await send(undefined);
        // That was why.
        if (typeof model === 'object') formless.add(model);
        return end;
      }
    };
    const end = await tryAgain(attempt, {
      maxRetries, maxPause, signal, pause, gate: gateOf(model), mayRetry: () => !streamed, say: (words) => put(line(words)),
    });
    preparer.stepped(end.record);
    return end;
  };
}

/** Where a provider says that it takes no schema, it would be asked for any JSON whatever, and then many call no tools. */
const takesForms = (model: LanguageModel): boolean => typeof model === 'string'
  || (!formless.has(model) && (model as { readonly supportsStructuredOutputs?: unknown }).supportsStructuredOutputs !== false);

/** They are shown all the same: some providers take no conversation with calls in it and without tools. */
const noneOf = (tools: ToolSet): 'none' | undefined => Object.keys(tools).length === 0 ? undefined : 'none';

/** The choice among tools, where this run has them. */
function chosenOf(choice: ModelSettings['toolChoice'], tools: ToolSet): ModelSettings['toolChoice'] {
  if (Object.keys(tools).length === 0) return undefined;
  return typeof choice === 'object' && !Object.hasOwn(tools, choice.toolName) ? undefined : choice;
}
