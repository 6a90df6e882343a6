import { Subscription } from 'rxjs';
import type { Delegator } from '../../../core/agent.js';
import type { QuestionKind } from '../../../core/question.js';
import { ElicitResultSchema, type McpServer, type Transport } from '../sdk.js';
import { elicitQuestions, type Asking, type Elicitation } from './elicitQuestions.js';

/** Asks the person at a host by `elicitation/create`, where the host says that it can. */
export interface Elicitor {
  /** Sees to what its host says of itself when it connects. */
  watch(transport: Transport): void;
  /** The host has said that it is ready. */
  begin(): void;
  /** A model has tried to answer: what the person has dismissed of that is put once more. */
  answerTried(input: Readonly<Record<string, unknown>>): void;
  end(): void;
}

/** As long as a timer can take, 24 days: the SDK would give up after a minute. */
const PATIENCE = 2_147_483_647;

/** Since when options have titles by `oneOf`. Versions are dates. */
const TITLED = '2025-11-25';

/** @param kinds - which questions are put to the person */
export function createElicitor(scope: Delegator, { server: protocol }: McpServer, kinds: readonly QuestionKind[]): Elicitor {
  let version = '';
  let asked = Subscription.EMPTY;
  let elicitation: Elicitation | undefined;

  // By the request itself, since `elicitInput` would refuse an answer in words that say nothing to a person, and names a mode that older
  // hosts do not know.
  const elicit = ({ message, requestedSchema }: Asking, signal: AbortSignal) => protocol.request(
    { method: 'elicitation/create', params: { message, requestedSchema } }, ElicitResultSchema, { signal, timeout: PATIENCE },
  );

  return {
    watch(transport) {
      const { onmessage } = transport;
      transport.onmessage = (message, extra) => {
        if ('method' in message && message.method === 'initialize') version = String(message.params?.['protocolVersion']);
        onmessage?.(message, extra);
      };
    },
    begin() {
      asked.unsubscribe();
      const { elicitation: can } = protocol.getClientCapabilities() ?? {};
      // Before there were others, forms were all that there was.
      if (can === undefined || (can.form === undefined && can.url !== undefined) || kinds.length === 0) return;
      elicitation = elicitQuestions(scope, kinds, {
        isTitled: version >= TITLED,
        elicit,
        failed: (error) => { protocol.onerror?.(error instanceof Error ? error : new Error(String(error))); },
      });
      // The first request of ours has the id 0, and hosts with the official client do not take back what has that id.
      protocol.ping().catch(() => undefined);
      asked = elicitation.subscribe();
    },
    answerTried({ task_id: task, question_id: question }) {
      elicitation?.again(String(task), typeof question === 'string' ? question : undefined);
    },
    end() { asked.unsubscribe(); },
  };
}
