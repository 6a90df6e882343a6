import { fileURLToPath } from 'node:url';
import { defer } from 'rxjs';
import { command } from '../../../src/agents/command/index.js';
import type { Agent } from '../../../src/index.js';
import type { AgentKind, Stage } from '../agentConformance.js';

const player = fileURLToPath(new URL('../processes/player.mjs', import.meta.url));

const onStage = (agent: Agent, stage: Stage): Agent => (brief, steering, context) => defer(() => {
  stage.enter();
  const holdStop: typeof context.holdStop = (until) => {
    context.holdStop(until);
    // The stage is left when nothing of the process group is there any more.
    void (until as Promise<void>).then(() => { stage.leave(); });
  };
  return agent(brief, steering, own(context, { holdStop }));
});

/** The context with one verb of it replaced; its others are getters. */
const own = <C extends object>(context: C, verbs: Partial<C>): C => new Proxy(context, {
  get: (target, field) => Reflect.get(verbs, field) ?? Reflect.get(target, field, target),
});

/** Keeps its conversation in its session id, as a program that is given all of it again. */
const recaller = command(process.execPath, [player, '{"act":"recall"}', '[]', '{goal}'], {
  read: (line) => line.startsWith('session ') ? undefined : line,
  checkpoint: (line) => line.startsWith('session ') ? line.slice('session '.length) : undefined,
  resume: (session, { goal }) => [player, '{"act":"recall"}', session as string, goal],
});

/** A command: a process that plays. */
export const commandKind: AgentKind = {
  acts: ['answer', 'print', 'listen', 'work', 'fail', 'nothing'],
  prints: true,
  asks: { answer: 'red', ends: 'red' },
  followUp: true,
  media: 'a program prints text',
  perform: (play, stage) => onStage(play.act === 'recall' ? recaller : command(process.execPath, [player, JSON.stringify(play)], {
    steering: 'lines', input: () => '', prompts: /^Which colour\? $/,
  }), stage),
  live: (life, stage) => onStage(command(process.execPath, [player, '{"act":"work"}'], {
    checkpoint: (line) => line,
    resume: () => [player, life === 'speaks' ? '{"act":"answer"}' : '{"act":"nothing"}'],
  }), stage),
};
