import { Agent, RunContext } from '@openai/agents';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { openaiAgentsTools } from 'sidestream/openai-agents';
import { createSession } from '../../../src/index.js';
import { createToolset } from '../../../src/tools/index.js';

const toolset = createToolset(createSession(), {
  agents: {
    echo: {
      agent: ({ goal }: { goal: string }) => [goal],
      description: 'Repeats its goal.',
      briefSchema: z.object({ labels: z.record(z.string(), z.string()).optional() }),
    },
  },
});

describe('openaiAgentsTools', () => {
  it('should offer without strict mode what strict mode has no words for', () => {
    const strict = Object.fromEntries(openaiAgentsTools(toolset).map((tool) => [tool.name, tool.strict]));
    expect(strict).toMatchObject({ delegate_task_async: false, delegate_task: false, check_task: true, collect_task: true });
  });

  it('should fit agents with a context of their own', () => {
    const agent = new Agent<{ readonly user: string }>({ name: 'lead', tools: openaiAgentsTools(toolset) });
    expect(agent.tools).toHaveLength(Object.keys(toolset).length);
  });

  it('should say what to do where arguments are no JSON', async () => {
    const [tool] = openaiAgentsTools({ check_task: toolset.check_task });
    expect(JSON.parse(String(await tool!.invoke(new RunContext(), '{"task_id": "')))).toEqual({
      ok: false, error: 'The arguments of check_task are no JSON. Send one JSON object.', code: 'invalid_argument',
    });
  });

  it('should refuse what is no toolset', () => {
    expect(() => openaiAgentsTools(undefined as never)).toThrow('Expected `toolset` to be');
  });
});
