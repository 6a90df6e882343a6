import { presets } from '../../../../src/agents/acp/index.js';
import type { RealAgent } from '../realAgent.js';
import { codexCalls } from './codexCalls.js';

export const codex: RealAgent = {
  ...codexCalls,
  id: 'codex', name: 'Codex', package: '@agentclientprotocol/codex-acp', seen: presets.codex.seen, node: 22,
  script: 'node_modules/@agentclientprotocol/codex-acp/dist/index.js',
  preset: presets.codex,
};
