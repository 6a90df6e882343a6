import type { AcpOptions } from './acpOptions.js';

/** What `acp` is to be called with for a certain agent, to be spread; `env` too, where more is to be added to it. */
export type AcpPreset = AcpOptions & Required<Pick<AcpOptions, 'args' | 'env' | 'steering' | 'install'>>;

/**
 * The agents that are known, how they are started, which variables they need of this process's own, and how they take a second prompt in
 * mid-turn, as seen in November 2026. None comes with this library: `install` says how each is had.
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
    },
    steering: 'concurrent-prompt',
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
    install: 'npm install -g @google/gemini-cli',
  },
  /** As Gemini CLI, from which it comes. */
  qwenCode: {
    command: 'qwen',
    args: ['--acp'],
    env: { OPENAI_API_KEY: true, OPENAI_BASE_URL: true, OPENAI_MODEL: true, DASHSCOPE_API_KEY: true },
    steering: 'cancel-and-reprompt',
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
    install: 'npm install -g @agentclientprotocol/claude-agent-acp',
  },
  /** The official bridge: it takes a second prompt as the next turn, so it is sent then. */
  codex: {
    command: 'codex-acp',
    args: [],
    env: { OPENAI_API_KEY: true, OPENAI_BASE_URL: true, CODEX_API_KEY: true, CODEX_HOME: true },
    steering: 'queue',
    install: 'npm install -g @agentclientprotocol/codex-acp',
  },
  /** Zed's bridge: takes a message up in the turn, but may never answer the second prompt. */
  codexByZed: {
    command: 'codex-acp',
    args: [],
    env: { OPENAI_API_KEY: true, OPENAI_BASE_URL: true, CODEX_API_KEY: true, CODEX_HOME: true },
    steering: 'concurrent-prompt',
    promptSilence: 5_000,
    install: 'npm install -g @zed-industries/codex-acp',
  },
} as const satisfies Record<string, AcpPreset>;
