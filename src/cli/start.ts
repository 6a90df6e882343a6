/** The start of a config: what is needed stands there, what may be wanted is commented out by the slashes before its name. */
export const START = {
  '//': 'The agents that MCP hosts may run in the background. A field whose name begins with // is a comment: take the slashes away to '
    + 'turn it on. Secrets do not belong here: name the environment variables that hold them.',
  'agents': {
    'search': {
      '//': 'A program. The goal stays one argument, whatever it holds; there is no shell. Without {goal} it goes to stdin.',
      'kind': 'command',
      'description': 'Finds a text in the files of the project: the goal is the text and nothing else.',
      'command': 'grep',
      'args': ['-rIn', '--exclude-dir=.git', '--exclude-dir=node_modules', '-F', '--', '{goal}', '.'],
      'result': 'stdout',
      '//cwd': 'Relative to this file. Default: where the host starts the server.',
    },
    '//coder': {
      '//': 'A coding agent that speaks ACP (npm i @agentclientprotocol/sdk). Presets: opencode, geminiCli, qwenCode, claudeCode, codex.',
      'kind': 'acp',
      'preset': 'opencode',
      'description': 'A coding agent with a context of its own: reads and changes files, runs commands.',
      'allow': ['read', 'search'],
      '//allow': 'Tools that need not ask: read, edit, delete, move, search, execute, think, fetch, or "all" (in a sandbox).',
      '//sandbox': { 'kind': 'bubblewrap', 'writable': ['.'], 'network': true },
    },
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
