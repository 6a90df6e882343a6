import { resolve } from 'node:path';
import { presets } from '../../agents/acp/presets.js';
import { collect } from '../../core/collect.js';
import { DeadlineExceededError } from '../../core/errors.js';
import { createSession } from '../../core/session.js';
import { environmentOf } from '../../processes/environment.js';
import { findProgram } from '../../processes/findProgram.js';
import { notStarted } from '../../processes/refusals/notStarted.js';
import type { AnyAgent } from '../../tools/agentDefinition.js';
import { agentOf } from '../config/agentOf.js';
import type { AgentConfig } from '../config/configSchema.js';
import type { LoadedConfig } from '../config/readConfig.js';
import type { Finding } from './finding.js';
import { versionNote, versionOf } from './versionOf.js';

/** What a model is asked: as little as can be. */
const GOAL = 'This is a test of the connection. Use no tools. Answer with the single word: ok';

/** Starts an agent once, with nothing allowed to it, and says what became of it. */
export async function examine(name: string, config: AgentConfig, { directory }: LoadedConfig, timeout: number): Promise<Finding> {
  const start = performance.now();
  const notes: string[] = [];
  const finding = (rest: { readonly problem: string } | { readonly did: string }, version?: string): Finding => ({
    name, kind: config.kind, ok: 'did' in rest, ...rest, notes, ...version === undefined ? {} : { version },
    elapsed: Math.round(performance.now() - start),
  });
  const version = config.kind === 'acp' ? await lookAtVersion(config, directory, notes) : undefined;
  try {
    const unset = config.kind === 'model' ? [] : Object.entries(config.env ?? {})
      .filter(([variable, value]) => value === true && (process.env[variable] ?? '') === '').map(([variable]) => variable);
    if (unset.length > 0) throw new Error(`agents.${name}.env: expected ${unset.join(', ')} to be set, of which it is given the value.`);
    const { agent } = await agentOf(name, triedAs(config, directory), directory);
    await run(agent, timeout);
    return finding({ did: didOf(config) }, version);
  } catch (error) {
    return finding({ problem: (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ') }, version);
  }
}

async function run(agent: AnyAgent, timeout: number): Promise<void> {
  const session = createSession({ deadline: timeout });
  const task = session.delegate(agent, { goal: GOAL });
  try {
    await collect(task, { timeout: timeout + 60_000 });
  } catch (error) {
    if (!(error instanceof DeadlineExceededError)) throw error;
    const said = task.snapshot().preview.slice(-3).join(' / ');
    throw new Error(
      `It did not answer within ${timeout / 1_000} s${said === '' ? ' and said nothing' : `; it said last: ${said}`}. Some agents go on `
      + 'trying for long where their provider refuses them: look at key, quota and network, or give it more time by --timeout.',
      { cause: error },
    );
  } finally {
    await session.close();
    await (agent as AnyAgent & Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
  }
}

/** The config of an agent as it is tried: it gets leave for nothing, and a program is run only as its config says that it may. */
function triedAs(config: AgentConfig, directory: string): AgentConfig {
  switch (config.kind) {
    case 'acp': return { ...config, allow: [], permissions: undefined, keepAlive: undefined };
    case 'model': return { ...config, delegation: false };
    case 'command': {
      const { check, steering: _, ...rest } = config;
      if (check !== undefined) return { ...rest, args: check, result: 'stdout' };
      const isElsewhere = config.sandbox?.kind === 'docker';
      const env = environmentOf(config.env);
      const cwd = config.cwd === undefined ? process.cwd() : resolve(directory, config.cwd);
      const { problem } = isElsewhere ? {} : findProgram(config.command, cwd, env['PATH']);
      if (problem !== undefined) throw notStarted({ file: config.command, args: [], cwd, env }, { code: problem });
      // Whether one may work there is seen by a program that does nothing.
      return { ...rest, command: 'true', args: [], result: 'stdout', successCodes: [0] };
    }
  }
}

function didOf(config: AgentConfig): string {
  switch (config.kind) {
    case 'acp': return 'started, and answered';
    case 'model': return 'answered';
    case 'command':
      return config.check === undefined ? `${config.command} is there (not run: \`check\` would have its arguments)` : 'ran';
  }
}

async function lookAtVersion(
  { preset, command }: Extract<AgentConfig, { kind: 'acp' }>, directory: string, notes: string[],
): Promise<string | undefined> {
  if (preset === undefined) return undefined;
  const version = await versionOf(command ?? presets[preset].command, directory);
  const note = version === undefined ? undefined : versionNote(preset, version);
  if (note !== undefined) notes.push(note);
  return version;
}
