import type { AgentOutput, StepOutput, ToolOutput, UsageOutput } from '../../output.js';
import { addUsage } from './addUsage.js';
import { readOutput } from './readOutput.js';
import { Transcript, type LineForm } from './transcript.js';

/** Whom a child speaks to. */
export interface SpeechSink {
  readonly form: LineForm;
  /** Whether anybody listens to the outputs themselves. */
  readonly overheard: boolean;
  /** @param flat - whether the line has memory of its own */
  print(line: string, flat: boolean): void;
  emit(output: StepOutput | ToolOutput | UsageOutput): void;
  put(output: AgentOutput<unknown>): void;
  /** Runs `work` whole before anybody is told of what comes of it. */
  exclusively(work: () => void): void;
}

/** What a child says in one run: lines as they are printed, steps and tool calls as they come, and what it has used. */
export class Speech {
  /** Until the end: what was printed last may hold much. */
  declare transcript?: Transcript<unknown> | undefined;
  /** How many steps are over, where there were any. */
  declare steps?: { readonly step: number };
  declare usage?: Omit<UsageOutput, 'type'>;
  /** Tool calls that were started and have not ended. */
  openCalls = 0;

  constructor(private readonly sink: SpeechSink) {
    this.transcript = new Transcript(sink.form, (line, flat) => { sink.print(line, flat); }, (output) => { sink.put(output); });
  }

  /** Takes one thing that a child puts out; throws a sentence about it where it is no output. */
  take(value: unknown): void {
    const { sink } = this;
    const { redact } = sink.form;
    if (typeof value === 'string' && redact === undefined && !sink.overheard && !value.includes('\n')) {
      this.transcript!.line(value);
      return;
    }
    const output = readOutput(value, redact);
    // Several lines may come of it: none is told of before all are taken.
    sink.exclusively(() => {
      this.transcript?.take(output, Object(value) as object);
      this.count(output);
      if (redact === undefined || output.type !== 'text') sink.put(output);
    });
  }

  private count(output: AgentOutput<unknown>): void {
    switch (output.type) {
      case 'step':
        this.steps = { step: (this.steps?.step ?? 0) + 1 };
        break;
      case 'usage':
        this.usage = addUsage(this.usage, output);
        break;
      case 'tool':
        this.openCalls = Math.max(0, this.openCalls + (output.state === 'started' ? 1 : -1));
        break;
      default:
        return;
    }
    this.sink.emit(output);
  }
}
