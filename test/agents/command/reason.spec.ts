import { describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { command, type CommandOptions } from '../../../src/agents/command/index.js';
import { createSession, outcome, type Ending, type Session } from '../../../src/index.js';

const endIn = (session: Session, script: string, options: CommandOptions = {}): Promise<Ending<string>> =>
  firstValueFrom(session.delegate(command('sh', ['-c', script], options), { goal: 'go' }).events.pipe(outcome()));

const messageOf = (end: Ending<string>): string => end.type === 'failed' ? end.error.message : end.type;

/** Keeps this process from looking at anything for longer than a program's output may stay open. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end) continue;
}

describe('command: the reason of a failure', () => {
  it.each<[string, string, RegExp, CommandOptions?]>([
    ['said and gone at once', 'echo why >&2; exit 3', /exited with code 3: why$/],
    ['said and gone at once, without any drain', 'echo why >&2; exit 3', /exited with code 3: why$/, { drain: 0 }],
    ['behind more than a pipe holds', 'head -c 3000000 /dev/zero | tr "\\0" x >&2; echo; echo why >&2; exit 3', /why$/],
    ['without a newline', 'printf why >&2; exit 3', /exited with code 3: why$/],
    ['before a signal', 'echo why >&2; kill -KILL $$', /was ended by SIGKILL: why$/],
    ['after it closed its stdout', 'exec >&-; echo why >&2; exit 3', /code 3: why$/],
    ['long after it closed its stdout', 'exec >&-; sleep 0.5; echo why >&2; exit 3', /code 3: why$/],
    ['while a grandchild holds stderr', 'sleep 600 & echo why >&2; exit 3', /code 3: why$/],
    ['by a grandchild, a moment later', '(sleep 0.2; echo why >&2) & exit 3', /code 3: why$/, { drain: 60_000 }],
    ['where stderr is printed', 'echo why >&2; exit 3', /code 3: why$/, { stderr: 'print' }],
    ['where all of stdout is the result', 'echo out; echo why >&2; exit 3', /code 3: why$/, { result: 'stdout' }],
  ])('should be in the message: %s', async (_, script, message, options = {}) => {
    await using session = createSession({ cancelGrace: 60_000 });
    expect(messageOf(await endIn(session, script, options))).toMatch(message);
  });

  it('should be in every message of many that fail at once, however busy this process is', async () => {
    await using session = createSession({ maxRunning: Infinity, cancelGrace: 60_000 });
    const busy = setInterval(() => { work(300); }, 20);
    const ends = await Promise.all(Array.from({ length: 40 }, () => endIn(session, 'echo why >&2; exit 3')));
    clearInterval(busy);
    expect(new Set(ends.map(messageOf))).toEqual(new Set(['`sh` exited with code 3: why']));
  });
});
