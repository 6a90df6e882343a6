import type { McpServer } from '@agentclientprotocol/sdk';
import { presets } from '../../agents/acp/presets.js';
import type { AcpOptions } from '../../agents/acp/acpOptions.js';
import type { AskPermission } from '../../agents/acp/permission/permission.js';
import { environmentOf } from '../../processes/environment.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';
import { importPeer } from '../importPeer.js';
import type { AgentConfig } from './configSchema.js';
import { expand } from './expand.js';
import { placeOf } from './placeOf.js';

type AcpConfig = Extract<AgentConfig, { readonly kind: 'acp' }>;

/** An ACP agent of a config; what the config says comes before what the preset says. */
export async function acpOf(config: AcpConfig, directory: string): Promise<AgentDefinition> {
  const { acp } = await importPeer('An agent of kind acp', ['@agentclientprotocol/sdk'], () => import('../../agents/acp/index.js'));
  const {
    kind: _kind, onRestart: _onRestart, preset, env, cwd: _cwd, roots: _roots, sandbox: _sandbox, permissions, mcpServers, ...rest
  } = config;
  const known: AcpOptions | undefined = preset === undefined ? undefined : presets[preset];
  const options = {
    ...known, ...rest,
    env: { ...known?.env, ...env },
    ...permissions === undefined ? {} : { permissions: permissions === 'ask' ? permissions : answerBy(permissions) },
    ...mcpServers === undefined ? {} : { mcpServers: Object.entries(mcpServers).map(serverOf) },
    ...placeOf(config, directory),
  } as AcpOptions;
  const agent = acp(options);
  return { agent, description: agent.description };
}

/** Without an answer it is refused. */
const answerBy = (permissions: Exclude<NonNullable<AcpConfig['permissions']>, 'ask'>): AskPermission =>
  ({ kind }) => (permissions as Partial<Record<string, 'reject_once'>>)[kind] ?? 'reject_once';

function serverOf([name, server]: [string, NonNullable<AcpConfig['mcpServers']>[string]]): McpServer {
  const pairs = (fields: Readonly<Record<string, string>>) => Object.entries(fields).map(([key, value]) => ({ name: key, value }));
  if ('command' in server) {
    // Of its own only what the config names: the agent gives it the rest.
    const given = Object.keys(server.env ?? {});
    const env = Object.entries(environmentOf(server.env)).filter(([key]) => given.includes(key));
    return { name, command: server.command, args: server.args ?? [], env: pairs(Object.fromEntries(env)) };
  }
  return { name, type: server.type, url: server.url, headers: pairs(expand(`mcpServers.${name}.headers`, server.headers ?? {})) };
}
