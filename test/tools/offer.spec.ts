import { describe, expect, it } from '@jest/globals';
import { createSession, InvalidArgumentError } from '../../src/index.js';
import { createToolset, type ToolName, type ToolsetOptions } from '../../src/tools/index.js';
import { caught } from '../support/caught.js';
import { call } from './support/call.js';
import { idle, setUp } from './support/setUp.js';
import { stringsOf } from './support/stringsOf.js';

const ALL = Object.keys(setUp().tools) as ToolName[];
const agents = { idle: { agent: idle, description: 'Waits.' } };

/** Everything that a model reads of a toolset. */
const wordsOf = (options: Partial<ToolsetOptions>): string => JSON.stringify(
  Object.values(createToolset(createSession(), { agents, ...options })).map(({ name, description, inputSchema }) => [
    name, description, stringsOf(JSON.parse(JSON.stringify(inputSchema.toJSONSchema()))),
  ]),
);

describe('a toolset of some tools', () => {
  it('should have these and no others', () => {
    const { check_task: check, ...rest } = createToolset(createSession(), { agents, tools: ['delegate_task', 'check_task'] });
    expect([check.name, Object.keys(rest)]).toEqual(['check_task', ['delegate_task']]);
    // @ts-expect-error -- it was left out
    const { steer_task: steer } = createToolset(createSession(), { agents, tools: ['delegate_task', 'check_task'] });
    expect(steer).toBeUndefined();
  });

  it.each(ALL)('should name %s nowhere where it is left out', (gone) => {
    const named = new RegExp(`\\b${gone}\\b`);
    for (const inbox of [true, false]) {
      expect(wordsOf({ tools: ALL.filter((name) => name !== gone), inbox })).not.toMatch(named);
    }
    for (const name of ALL.filter((one) => one !== gone)) expect(wordsOf({ tools: [name] })).not.toMatch(named);
  });

  it('should name in its answers nothing that was left out', async () => {
    const { session, tools } = setUp({}, { tools: ['delegate_task_async', 'delegate_task'] });
    const answers = [
      await call(tools.delegate_task_async, { goal: 'wait' }), await call(tools.delegate_task, { goal: 'wait', timeout: 0 }),
    ];
    const { check_task: check } = createToolset(session, { agents, tools: ['check_task'] });
    answers.push(await call(check, { task_id: 'nobody' }));
    for (const { message, error } of answers) {
      expect(message ?? error).not.toMatch(/_tasks?\b|collect|check|steer|cancel/);
    }
  });

  it('should send nobody who has an inbox to ask for what it will be told', async () => {
    for (const name of ['delegate_task_async', 'check_task', 'collect_task', 'delegate_task'] as const) {
      expect(createToolset(createSession(), { agents, inbox: true })[name].description).toMatch(/[Yy]ou will be told/);
      expect(createToolset(createSession(), { agents })[name].description).not.toMatch(/will be told/);
    }
    const { tools } = setUp({}, { inbox: true });
    expect(tools.delegate_task_async.description).not.toContain('collect_task');
    const { message } = await call(tools.delegate_task_async, { goal: 'wait' });
    expect(message).toBe('Task idle-1 was started. Go on with other work; check_task looks in on it, you will be told when it ends.');
    expect(await call(tools.collect_task, { task_id: 'idle-1', timeout: 0 }))
      .toMatchObject({ message: 'The task goes on, and you will be told when it ends.' });
  });

  it('should say how long a call waits at most, and how many lines it shows', () => {
    const words = wordsOf({ maxWait: 45, lines: 7 });
    expect(words.match(/Default and most 45; then call again/g)).toHaveLength(3);
    expect(words).toContain('Default 7 beside a result');
    expect(wordsOf({ maxWait: 600 })).toContain('Default 300, at most 600; then call again');
  });

  it.each<[object, string]>([
    [{ tools: [] }, 'Expected `tools` to be a list of some of delegate_task_async, check_task,'],
    [{ tools: ['check'] }, 'Expected `tools` to be a list of some of'],
    [{ tools: 'check_task' }, 'Expected `tools` to be a list of some of'],
    [{ inbox: 'yes' }, 'Expected `inbox` to be true or false, got "yes".'],
    [{ maxWait: 0 }, 'Expected `maxWait` to be a number of seconds above 0, got 0.'],
    [{ maxWait: Infinity }, 'Expected `maxWait` to be a number of seconds above 0, got Infinity.'],
    [{ lines: -1 }, 'Expected `lines` to be a whole number from 0, or Infinity, got -1.'],
  ])('should be refused where an option is wrong: %j', (options, words) => {
    const error = caught(() => createToolset(createSession(), { agents, ...options }));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as Error).message).toContain(words);
  });
});
