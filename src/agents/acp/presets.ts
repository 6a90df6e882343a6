import type { AcpOptions } from './acpOptions.js';

/** What `acp` is to be called with for a certain agent, to be spread; `env` too, where more is to be added to it. */
export type AcpPreset = AcpOptions & Required<Pick<AcpOptions, 'args' | 'env' | 'steering' | 'install' | 'seen'>>;

/**
 * opencode has no mode for it: it asks for what its permissions say, and by themselves these allow all. What only looks goes on unasked, as
 * with the other agents; whatever else there is, tools of MCP servers too, is asked for.
 */
const OPENCODE_ASKS = JSON.stringify({
  '*': 'ask', 'read': 'allow', 'list': 'allow', 'glob': 'allow', 'grep': 'allow', 'lsp': 'allow', 'todowrite': 'allow', 'todoread': 'allow',
  'edit': 'ask', 'bash': 'ask', 'webfetch': 'ask', 'external_directory': 'ask',
});

/**
 * The agents that are known, how they are started, which variables they need of this process's own, and how they take a second prompt in
 * mid-turn, as seen in November 2026 of the versions named by `seen`. Each is set to ask before it changes anything; most read files inside
 * their working directory without asking. What is asked is answered as `allow` and `permissions` say. None comes with this library:
 * `install` says how each is had.
 */
export const presets = {
  /** Takes a message up at the next step of its model; both prompts are answered together. */
  opencode: {
    command: 'opencode',
    args: ['acp'],
    env: {
      OPENCODE_CONFIG: true, OPENCODE_CONFIG_DIR: true, OPENCODE_CONFIG_CONTENT: true, OPENCODE_API_KEY: true,
      XDG_CONFIG_HOME: true, XDG_DATA_HOME: true, XDG_STATE_HOME: true, XDG_CACHE_HOME: true,
      ANTHROPIC_API_KEY: true, OPENAI_API_KEY: true, GEMINI_API_KEY: true, OPENROUTER_API_KEY: true,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      // The configuration of a project may give leave to itself, past these permissions (`agent.build.permission`).
      OPENCODE_PERMISSION: OPENCODE_ASKS, OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    },
    steering: 'concurrent-prompt',
    seen: '1.18.33',
    install: 'npm install -g opencode-ai',
  },
  /** A second prompt would cancel the first, so the turn is cancelled and its answer waited for. */
  geminiCli: {
    command: 'gemini',
    args: ['--acp'],
    env: {
      GEMINI_API_KEY: true, GOOGLE_API_KEY: true, GOOGLE_GEMINI_BASE_URL: true, GOOGLE_CLOUD_PROJECT: true, GOOGLE_CLOUD_LOCATION: true,
      GOOGLE_GENAI_USE_VERTEXAI: true, GOOGLE_APPLICATION_CREDENTIALS: true,
    },
    steering: 'cancel-and-reprompt',
    forgetsCancelled: true,
    mode: 'default',
    seen: '0.61.0',
    install: 'npm install -g @google/gemini-cli',
  },
  /** As Gemini CLI, from which it comes. */
  qwenCode: {
    command: 'qwen',
    args: ['--acp'],
    env: { OPENAI_API_KEY: true, OPENAI_BASE_URL: true, OPENAI_MODEL: true, DASHSCOPE_API_KEY: true },
    steering: 'cancel-and-reprompt',
    // From 0.24 on it starts in `auto`, where it edits by itself.
    mode: 'default',
    seen: '0.24.4',
    install: 'npm install -g @qwen-code/qwen-code',
  },
  /** Takes a message up in the turn; the first prompt is answered early, and the task goes on until the second is. */
  claudeCode: {
    command: 'claude-agent-acp',
    args: [],
    env: {
      ANTHROPIC_API_KEY: true, ANTHROPIC_BASE_URL: true, ANTHROPIC_AUTH_TOKEN: true, CLAUDE_CONFIG_DIR: true, CLAUDE_CODE_EXECUTABLE: true,
    },
    steering: 'concurrent-prompt',
    // Where the first is answered early, the second is at work, and may be for long in silence.
    promptSilence: 600_000,
    // By itself it starts in `auto`, where a model decides.
    mode: 'default',
    seen: '0.101.0',
    install: 'npm install -g @agentclientprotocol/claude-agent-acp',
  },
  /** The official bridge: it takes a second prompt as the next turn, so it is sent then. */
  codex: {
    command: 'codex-acp',
    args: [],
    env: { OPENAI_API_KEY: true, OPENAI_BASE_URL: true, CODEX_API_KEY: true, CODEX_HOME: true, INITIAL_AGENT_MODE: 'read-only' },
    steering: 'queue',
    // By itself it starts in `agent`, where a model that reviews gives leave, and not who is asked here.
    mode: 'read-only',
    seen: '2.6.0',
    install: 'npm install -g @agentclientprotocol/codex-acp',
  },
  /** Zed's bridge: takes a message up in the turn, but may never answer the second prompt. */
  codexByZed: {
    command: 'codex-acp',
    args: [],
    env: { OPENAI_API_KEY: true, OPENAI_BASE_URL: true, CODEX_API_KEY: true, CODEX_HOME: true },
    steering: 'concurrent-prompt',
    promptSilence: 5_000,
    mode: 'read-only',
    seen: '0.16.0',
    install: 'npm install -g @zed-industries/codex-acp',
  },
} as const satisfies Record<string, AcpPreset>;
