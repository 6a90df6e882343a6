import { STORE } from '../store/storeOf.js';
import type { KnownAgent } from './knownAgents.js';

/** What each known agent is called in a config, and what is said of it. */
const NAMES: Readonly<Record<KnownAgent['preset'], readonly [name: string, title: string]>> = {
  opencode: ['opencode', 'opencode'], geminiCli: ['gemini', 'Gemini CLI'], qwenCode: ['qwen', 'Qwen Code'],
  claudeCode: ['claude', 'Claude Code'], codex: ['codex', 'Codex'], codexByZed: ['codex-zed', 'Codex'],
};

/** The start of a config: what is needed stands there, what may be wanted is commented out by the slashes before its name. */
export function startOf(known: readonly KnownAgent[]): object {
  const coders = known.map((agent) => [NAMES[agent.preset][0], coder(agent)] as const);
  const example = known.length === 0 ? [['//coder', coder({ preset: 'opencode' })] as const] : [];
  return {
    '//': 'The agents that MCP hosts may run in the background. A field named // is a remark. One whose name goes on after the slashes is '
      + 'turned off: take the slashes away to turn it on. Paths are relative to this file. Secrets do not belong here: name the '
      + 'environment variables that hold them. `store` keeps the tasks where the server ends; look at them by: sidestream tasks. When '
      + 'done: sidestream doctor',
    'store': STORE,
    'agents': {
      'search': {
        '//': 'A program. The goal stays one argument, whatever it holds; there is no shell. Without {goal} it goes to stdin. '
          + 'It works where the host starts the server, unless `cwd` says where. grep exits with 1 where it finds nothing. It changes '
          + 'nothing, so it is run again (`onRestart`) where the server ended while it ran; others end as interrupted.',
        'kind': 'command',
        'description': 'Finds a text in the files of the project: the goal is the text and nothing else.',
        'command': 'grep',
        'args': ['-rIn', '--exclude-dir=.git', '--exclude-dir=.sidestream', '--exclude-dir=node_modules', '-F', '--', '{goal}', '.'],
        'result': 'stdout',
        'successCodes': [0, 1],
        'onRestart': 'restart',
        '//cwd': '.',
      },
      ...Object.fromEntries([...coders, ...example]),
      '//thinker': {
        '//': 'A model (npm i ai @ai-sdk/openai-compatible).',
        'kind': 'model',
        'provider': 'openai-compatible',
        'baseURL': 'https://api.openai.com/v1',
        'model': 'gpt-5-mini',
        'apiKeyEnv': 'OPENAI_API_KEY',
        'description': 'Thinks a question through and answers in words. It has no tools.',
      },
    },
    '//defaultAgent': 'search',
    '//session': { '//': 'Limits, as in code; times in milliseconds.', 'maxRunning': 4, 'overflow': 'queue', 'idleTimeout': 600_000 },
  };
}

function coder({ preset, command }: Pick<KnownAgent, 'preset' | 'command'>): object {
  return {
    '//': 'A coding agent that speaks ACP (npm i @agentclientprotocol/sdk). `allow` has the kinds of tools that need not ask: read, edit, '
      + 'delete, move, search, execute, think, fetch, or is "all", which belongs into a sandbox.',
    'kind': 'acp',
    preset,
    ...command === undefined ? {} : { command },
    'description': `${NAMES[preset][1]}, a coding agent with a context of its own: reads and changes files, runs commands.`,
    'allow': ['read', 'search'],
    '//cwd': '.',
    '//sandbox': { 'kind': 'bubblewrap', 'writable': ['.'], 'network': true },
  };
}
