import { spawnSync } from 'node:child_process';

/** How specs went, and how many of them there were. */
export interface SpecRun {
  readonly passed: boolean;
  readonly tests: string;
}

/** Runs specs. */
export function runSpecs(path: string, environment: Readonly<Record<string, string>> = {}): SpecRun {
  const { status, stderr } = spawnSync('npm', ['run', '--silent', 'specs', '--', path], {
    encoding: 'utf8', env: { ...process.env, ...environment },
  });
  return { passed: status === 0, tests: /^Tests: +(.*)$/m.exec(stderr)?.[1] ?? 'not run' };
}
