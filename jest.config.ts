import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/support/tripwire.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
  moduleNameMapper: {
    '^sidestream$': '<rootDir>/src/index.ts',
    '^sidestream/([\\w-]+)$': '<rootDir>/src/$1/index.ts',
    // TypeScript sources import one another by the name that they will have once built.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  maxWorkers: '100%',
};

export default config;
