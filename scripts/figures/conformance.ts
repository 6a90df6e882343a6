import { spawnSync } from 'node:child_process';
import type { Figure } from './figure.js';

/** The official suite for MCP servers. What cannot be run here does not hold. */
export async function* conformance(): AsyncGenerator<Figure, void, void> {
  const { stdout } = spawnSync('npm', ['run', '--silent', 'test:mcp'], { encoding: 'utf8' });
  const [, passed, fixtures, failed] = /(\d+) passed, (\d+) ask for fixtures .*, (\d+) failed/.exec(stdout) ?? [];
  const skipped = /^Skipped: .*$/m.exec(stdout)?.[0] ?? 'not run';
  yield await Promise.resolve({
    what: 'MCP conformance scenarios that need no fixtures of the suite\u2019s own: failed',
    seen: failed === undefined ? skipped : `${failed} (${passed} passed, ${fixtures} ask for fixtures)`,
    must: '0', holds: failed === '0' && Number(passed) > 0,
  });
}
