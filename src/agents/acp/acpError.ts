import type { StopReason } from '@agentclientprotocol/sdk';

/** What is known of a failure beside its sentence. */
export interface AcpErrorFacts extends ErrorOptions {
  readonly stopReason?: StopReason | undefined;
  readonly stderr?: string | undefined;
}

/** An ACP agent gave up, broke off or refused. */
export class AcpError extends Error {
  /** Why the turn ended, where the agent ended it. */
  readonly stopReason: StopReason | undefined;
  /** The last that the agent's program wrote to stderr, where it ended or broke off. */
  readonly stderr: string | undefined;

  constructor(message: string, { stopReason, stderr, ...options }: AcpErrorFacts = {}) {
    super(message, options);
    this.name = 'AcpError';
    this.stopReason = stopReason;
    this.stderr = stderr;
  }
}
