import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { ACTOR, type Order } from '../support/acp/actor.js';
import { isAlive } from '../support/acp/pids.js';
import { builtCli } from '../support/cli/builtCli.js';
import type { Answer } from '../support/cli/mcpHost.js';
import { person, type Shown } from '../support/parents/person.js';
import { until } from '../support/until.js';

const cli = builtCli();
let work: string;
let close: () => Promise<void>;
beforeEach(async () => { work = await mkdtemp(cli.path('work-')); });
afterEach(async () => {
  await close();
  await rm(work, { recursive: true, force: true });
});

const options = [
  { optionId: 'yes', name: 'Allow', kind: 'allow_once' }, { optionId: 'always', name: 'Always allow', kind: 'allow_always' },
  { optionId: 'no', name: 'Reject', kind: 'reject_once' },
];
const PERMIT: Order = {
  permit: {
    toolCall: { toolCallId: '1', title: 'Run the migration', kind: 'execute', rawInput: { command: 'npm run migrate' } }, options,
  },
  quiet: true,
};

interface Host {
  readonly shown: readonly Shown[];
  call(name: string, input?: Record<string, unknown>): Promise<Answer>;
}

/** `sidestream mcp` with a coding agent that asks, as a host with a person starts it; what was answered is in its journal. */
async function host(config: object, turn: readonly Order[] = [PERMIT, { say: 'went on' }]): Promise<Host> {
  const script = { turns: [turn], journal: join(work, 'journal') };
  await writeFile(join(work, 'sidestream.config.json'), JSON.stringify({
    agents: {
      coder: {
        kind: 'acp', description: 'Changes code.', command: process.execPath, args: [ACTOR, JSON.stringify(script)], permissions: 'ask',
        allow: ['read'],
      },
    },
    ...config,
  }));
  const { client, shown } = person();
  const args = [cli.script, 'mcp', '--config', 'sidestream.config.json'];
  const transport = new StdioClientTransport({ command: process.execPath, args, cwd: work });
  await client.connect(transport);
  const pid = transport.pid!;
  close = async () => {
    await client.close();
    await until(async () => !await isAlive(pid));
  };
  return {
    shown,
    call: async (name, input = {}) => (await client.callTool({ name, arguments: input }, CallToolResultSchema)).structuredContent,
  };
}

const start = async ({ call }: Host): Promise<string> => String((await call('delegate_task_async', { goal: 'migrate' })).task_id);
const toldIt = async (): Promise<readonly string[]> =>
  (await readFile(join(work, 'journal'), 'utf8')).split('\n').filter((each) => each.startsWith('permission '));

describe('sidestream mcp, with a coding agent that asks', () => {
  it('should have the person at the host answer its permission prompt, while it waits, and let it go on', async () => {
    const at = await host({});
    const task_id = await start(at);
    await until(() => at.shown.length === 1);
    expect(at.shown[0]!.params.message.split('\n')).toEqual(expect.arrayContaining([
      `coder (task ${task_id}) asks for permission:`, expect.stringContaining('Run the migration'),
      expect.stringContaining('npm run migrate'),
    ]));
    expect(at.shown[0]!.params.requestedSchema.properties).toMatchObject({ answer: { oneOf: [
      { const: 'yes', title: 'Allow' }, { const: 'always', title: 'Always allow' }, { const: 'no', title: 'Reject' },
    ] } });
    // Its model sees that it waits, and is given no say.
    const [{ id: question_id }] = (await at.call('check_task', { task_id })).questions;
    expect(await at.call('check_task', { task_id })).toMatchObject({ status: 'running', questions: [{ kind: 'permission' }] });
    expect(await at.call('answer_task', { task_id, question_id, answer: 'yes' })).toMatchObject({ ok: false, code: 'not_allowed' });
    expect(await toldIt()).toEqual([]);

    at.shown[0]!.accept('yes');
    expect(await at.call('collect_task', { task_id })).toMatchObject({ ok: true, status: 'completed', summary: 'went on' });
    expect(await toldIt()).toEqual(['permission {"outcome":"selected","optionId":"yes"}']);
    expect(at.shown).toHaveLength(1);
  });

  it('should refuse it where the person declines, and let it go on', async () => {
    const at = await host({});
    const task_id = await start(at);
    await until(() => at.shown.length === 1);
    at.shown[0]!.act({ action: 'decline' });
    expect(await at.call('collect_task', { task_id })).toMatchObject({ ok: true, status: 'completed' });
    expect(await toldIt()).toEqual(['permission {"outcome":"selected","optionId":"no"}']);
  });

  it('should ask nobody for what `allow` gives', async () => {
    const read = { permit: { toolCall: { toolCallId: '1', title: 'Read', kind: 'read' }, options }, quiet: true };
    const at = await host({}, [read, { say: 'read' }]);
    expect(await at.call('delegate_task', { goal: 'read' })).toMatchObject({ status: 'completed', summary: 'read' });
    expect([await toldIt(), at.shown.length]).toEqual([['permission {"outcome":"selected","optionId":"yes"}'], 0]);
  });

  it('should leave to the model what `mayAnswer` says, and ask the person nothing then', async () => {
    const at = await host({ mayAnswer: ['permission'] });
    const task_id = await start(at);
    let asked: Answer = [];
    await until(async () => (asked = (await at.call('check_task', { task_id })).questions ?? []).length === 1);
    expect(await at.call('answer_task', { task_id, question_id: asked[0].id, answer: 'no' })).toMatchObject({ ok: true, answered: true });
    expect(await at.call('collect_task', { task_id })).toMatchObject({ ok: true, status: 'completed' });
    expect([await toldIt(), at.shown.length]).toEqual([['permission {"outcome":"selected","optionId":"no"}'], 0]);
  });

  it.each([false, ['text']])('should put to the person no permission with elicit: %j, and wait', async (elicit) => {
    const at = await host({ elicit });
    const task_id = await start(at);
    await until(async () => (await at.call('check_task', { task_id })).questions?.length === 1);
    expect(await at.call('collect_task', { task_id, timeout: 0.3 })).toMatchObject({ status: 'running', timed_out: true });
    expect([await toldIt(), at.shown.length]).toEqual([[], 0]);
  });

  it('should write what does not fit beside the config, where it says `spill`', async () => {
    const at = await host({ spill: 'results' }, [{ say: 'x'.repeat(40_000) }]);
    const { task_id, ...answer } = await at.call('delegate_task', { goal: 'write' });
    expect(answer).toMatchObject({ status: 'completed', file: join(work, 'results', `${task_id}.txt`) });
    expect(await readFile(answer.file, 'utf8')).toBe('x'.repeat(40_000));
  });
});
