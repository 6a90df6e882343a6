import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  // What needs more than Node has scripts of its own: npm run test:agents.
  testPathIgnorePatterns: ['/node_modules/', ...(process.env['SIDESTREAM_OPT_IN'] === '1' ? [] : ['<rootDir>/test/opt-in/'])],
  setupFilesAfterEnv: ['<rootDir>/test/support/tripwire.ts'],
  // The limit is for what never ends. How fast the machine is, or what else it does, decides nothing.
  testTimeout: 120_000,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
  moduleNameMapper: {
    // SIDESTREAM_AI=7 runs the same specs against the next version of the AI SDK.
    ...(process.env['SIDESTREAM_AI'] === '7' ? { '^ai$': 'ai-7', '^ai/test$': 'ai-7/test' } : {}),
    '^sidestream$': '<rootDir>/src/index.ts',
    '^sidestream/(compose|tools|inbox|stores)$': '<rootDir>/src/$1/index.ts',
    '^sidestream/sqlite$': '<rootDir>/src/stores/sqlite/index.ts',
    '^sidestream/sandbox$': '<rootDir>/src/processes/sandbox/index.ts',
    '^sidestream/ag-ui$': '<rootDir>/src/agents/agUi/index.ts',
    '^sidestream/(acp|command|model)$': '<rootDir>/src/agents/$1/index.ts',
    '^sidestream/(anthropic|langchain|mcp|openai)$': '<rootDir>/src/parents/$1/index.ts',
    '^sidestream/ai-sdk$': '<rootDir>/src/parents/aiSdk/index.ts',
    '^sidestream/openai-agents$': '<rootDir>/src/parents/openaiAgents/index.ts',
    '^sidestream/claude-agent-sdk$': '<rootDir>/src/parents/claudeAgentSdk/index.ts',
    // TypeScript sources import one another by the name that they will have once built.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  maxWorkers: '100%',
};

export default config;
