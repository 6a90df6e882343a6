import { defer, finalize, from, type ObservableInput } from 'rxjs';
import type { AcpOptions } from '../../../src/agents/acp/index.js';
import type { Agent, AgentContext } from '../../../src/index.js';
import { actor, type Script } from '../acp/actor.js';
import { temporary } from '../acp/temporary.js';
import type { AgentKind, Play, Stage } from '../agentConformance.js';

const file = temporary();

function scriptOf(play: Play): Script {
  switch (play.act) {
    case 'answer': return { turns: [[{ say: 'done' }]] };
    case 'print': return { turns: [[...play.lines.map((each) => ({ say: `${each}\n`, id: 'work' })), { say: 'done', id: 'answer' }]] };
    case 'listen': return { turns: [[{ listen: true }]] };
    case 'work': return { turns: [[{ say: 'working\n' }, { forever: true }]] };
    case 'fail': return { turns: [[...play.lines.map((each) => ({ say: `${each}\n` })), { fail: { code: -32603,
      message: play.message } }]] };
    case 'nothing': case 'paint': return { turns: [[]] };
    case 'ask': return { turns: [[{ permit: {
      toolCall: { toolCallId: '1', title: 'colour it', kind: 'edit' },
      options: [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }, { optionId: 'no', name: 'No', kind: 'reject_once' }],
    } }]] };
    case 'recall': return { turns: [[{ memory: true }]], load: true, store: play.kept };
  }
}

/** The same context, with the stage held from the first hold to the end of it. */
const onStage = (context: AgentContext, stage: Stage): AgentContext => new Proxy(context, {
  get: (target, name) => name !== 'holdStop' ? Reflect.get(target, name, target) as unknown : (until: ObservableInput<unknown>) => {
    stage.enter();
    target.holdStop(defer(() => from(until)).pipe(finalize(() => { stage.leave(); })));
  },
});

const kind = (script: Script, options: Partial<AcpOptions> = {}): AgentKind => ({
  acts: ['answer', 'print', 'listen', 'work', 'fail', 'nothing'],
  prints: true,
  // It asks for leave, and for nothing else: the protocol knows no other question.
  asks: { answer: true, ends: 'yes' },
  followUp: true,
  media: 'an ACP agent’s answer is its last message, which is text',
  perform: (play, stage): Agent => {
    const agent = actor({ ...script, ...scriptOf(play) }, { permissions: 'ask', ...options });
    return (brief, steering, context) => agent(brief, steering, onStage(context, stage));
  },
  live: (life, stage): Agent => {
    const turns = { first: [{ say: 'working\n' }, { forever: true }], speaks: [{ say: 'done' }], 'is silent': [] }[life];
    const agent = actor({ ...script, load: true, store: file('conversations'), turns: [turns] }, options);
    return (brief, steering, context) => agent(brief, steering, onStage(context, stage));
  },
});

/** Agents that speak ACP, by how they are steered. */
export const acpKinds: readonly (readonly [string, AgentKind])[] = [
  ['an ACP agent that is steered in its turn', kind({ mode: 'steers' }, { steering: 'concurrent-prompt' })],
  ['an ACP agent that is cancelled and asked again', kind({ mode: 'cancelsFirst' }, { steering: 'cancel-and-reprompt' })],
];
