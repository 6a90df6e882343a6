import { presets } from '../../../../src/agents/acp/index.js';
import type { RealAgent } from '../realAgent.js';
import { codexCalls } from './codexCalls.js';

export const codexByZed: RealAgent = {
  ...codexCalls,
  id: 'codexByZed', name: 'Codex by Zed\'s bridge', package: '@zed-industries/codex-acp', seen: presets.codexByZed.seen,
  script: 'node_modules/@zed-industries/codex-acp/bin/codex-acp.js',
  preset: presets.codexByZed,
};
