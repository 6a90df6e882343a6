import { describe, expect, it } from '@jest/globals';
import { runExample } from './support/runExample.js';

describe('09-a-child-that-asks', () => {
  it('should ask, be answered once, and be talked to again', async () => {
    const { code, stdout, stderr } = await runExample('09-a-child-that-asks').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'choice      Deploy where? (staging, production)',
      'meanwhile   running, waiting for an answer: Deploy where?',
      '  answered  staging',
      '  again     Question q1 of task agent was answered already.',
      'permission  May I run deploy.sh --to staging? (Allow, Refuse)',
      '  answered  allow_once',
      '  again     Question q2 of task agent was answered already.',
      'text        A note for the log?',
      'result      ship it: done',
      'follow-up   deployed to staging (no note); and now: roll it back',
    ]);
  });
});
