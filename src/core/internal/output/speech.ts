import type { AgentOutput, AttemptOutput, StepOutput, ToolOutput, UsageOutput } from '../../output.js';
import { flatCopy } from '../log/flatCopy.js';
import { Stamp } from './origin.js';
import { lineOf, readOutput } from './readOutput.js';
import { Transcript, type Reader } from './transcript.js';

/** Open tool calls that are told apart; where there are more, one of them counts for the rest. */
const MAX_CALLS = 1_000;

/** Whom a child speaks to. */
export interface SpeechSink extends Reader {
  /** Whether anybody listens to the outputs themselves. */
  readonly overheard: boolean;
  emit(output: StepOutput | ToolOutput | UsageOutput | AttemptOutput): void;
  put(output: AgentOutput<unknown>): void;
  /** Counts what the output has spent. */
  spend(output: AgentOutput<unknown>): void;
  /** Runs `work` whole before anybody is told of what comes of it. */
  exclusively(work: () => void): void;
}

/** What a child says in one run: lines as they are printed, and steps and tool calls as they come. */
export class Speech {
  /** Until the end: what was printed last may hold much. */
  declare transcript?: Transcript<unknown> | undefined;
  /** How many steps are over, where there were any. */
  declare steps?: { readonly step: number };
  /** Tool calls that were started and have not ended: how many without an id, and those with one. */
  private unnamed = 0;
  declare private named?: Set<string>;

  constructor(private readonly sink: SpeechSink) {
    this.transcript = new Transcript(sink);
  }

  get isCalling(): boolean { return this.unnamed + (this.named?.size ?? 0) > 0; }

  /** Takes one thing that a child puts out; throws a sentence about it where it is no output. */
  take(value: unknown): void {
    const { sink } = this;
    const { redact } = sink.form;
    const line = typeof value === 'string' ? value : lineOf(value);
    if (line !== undefined && redact === undefined && !sink.overheard && !line.includes('\n')) {
      this.transcript!.line(line, typeof value === 'string' ? undefined : Stamp.originOf(value as object));
      return;
    }
    const output = readOutput(value, redact);
    // Several lines may come of it: none is told of before all are taken.
    sink.exclusively(() => {
      this.transcript?.take(output, Object(value) as object);
      this.count(output);
      if (redact === undefined || output.type !== 'text') sink.put(output);
      sink.spend(output);
    });
  }

  private count(output: AgentOutput<unknown>): void {
    switch (output.type) {
      case 'step':
        this.steps = { step: (this.steps?.step ?? 0) + 1 };
        break;
      case 'usage':
        break;
      case 'tool':
        this.call(output);
        break;
      case 'attempt':
        this.unnamed = 0;
        this.named?.clear();
        break;
      default:
        return;
    }
    this.sink.emit(output);
  }

  private call({ state, callId }: ToolOutput): void {
    const named = this.named ??= new Set();
    if (state === 'started') {
      if (callId === undefined) this.unnamed += 1;
      else if (named.size < MAX_CALLS) named.add(flatCopy(callId));
    } else if (callId === undefined && this.unnamed === 0) {
      // Which one that was is not known.
      named.clear();
    } else if (callId === undefined) {
      this.unnamed -= 1;
    } else {
      named.delete(callId);
    }
  }
}
