import { presets } from '../../agents/acp/presets.js';
import type { AcpOptions } from '../../agents/acp/acpOptions.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';
import { importPeer } from '../importPeer.js';
import type { AgentConfig } from './configSchema.js';
import { placeOf } from './placeOf.js';

type AcpConfig = Extract<AgentConfig, { readonly kind: 'acp' }>;

/** An ACP agent of a config; what the config says comes before what the preset says. */
export async function acpOf(config: AcpConfig, directory: string): Promise<AgentDefinition> {
  const { acp } = await importPeer('An agent of kind acp', ['@agentclientprotocol/sdk'], () => import('../../agents/acp/index.js'));
  const { kind: _kind, preset, env, cwd: _cwd, sandbox: _sandbox, ...rest } = config;
  const known: AcpOptions | undefined = preset === undefined ? undefined : presets[preset];
  const options = { ...known, ...rest, env: { ...known?.env, ...env }, ...placeOf(config, directory) } as AcpOptions;
  const agent = acp(options);
  return { agent, description: agent.description };
}
