import { beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string; readonly failureMessages: readonly string[] }[];
  }[];
}

/** The fixtures fail on purpose, so a Jest of their own runs them. */
async function runFixtures(): Promise<Report> {
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--json',
      '--runInBand',
      '--testMatch=<rootDir>/test/support/tripwire-fixtures/*.fixture.ts',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [report, errors] = await Promise.all([text(jest.stdout), text(jest.stderr)]);
  if (!report.startsWith('{')) throw new Error(`The second Jest gave no report: ${report}${errors}`);
  return JSON.parse(report) as Report;
}

describe('tripwire', () => {
  let files: Report['testResults'] = [];
  const file = (name: string) => files.find((each) => each.name.endsWith(name));
  const outcome = (title: string) => file('trips.fixture.ts')?.assertionResults.find((each) => each.title === title);

  beforeAll(async () => {
    files = (await runFixtures()).testResults;
  });

  it.each([
    ['an unhandled rejection', 'unhandledRejection: Error: nobody awaits this'],
    ['a throw in a timer', 'uncaughtException: Error: thrown in a timer'],
    ['a throw in an observer', 'uncaughtException: Error: thrown in next'],
    ['a warning', 'process warning: Warning: something smells'],
    ['too many listeners on a signal', 'process warning: MaxListenersExceededWarning'],
    ['an unhandled rejection under fake timers', 'unhandledRejection: Error: rejected while time stands still'],
  ])('should turn a test red for %s', (title, message) => {
    const test = outcome(`red: ${title}`);

    expect(test?.status).toBe('failed');
    expect(test?.failureMessages.join('\n')).toContain('Tripwire: the process met trouble');
    expect(test?.failureMessages.join('\n')).toContain(message);
  });

  it('should leave the test after it green', () => {
    const quiet = file('trips.fixture.ts')?.assertionResults.filter(({ title }) => title.startsWith('green: ')) ?? [];

    expect(quiet.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed', 'passed', 'passed', 'passed']);
  });

  it('should turn a file red for what comes after its last test', () => {
    const late = file('late.fixture.ts');

    expect(late?.assertionResults.map(({ status }) => status)).toEqual(['passed']);
    expect(late?.status).toBe('failed');
    expect(late?.message).toContain('a smell after the last test');
  });
});
