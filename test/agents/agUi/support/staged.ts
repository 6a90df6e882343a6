import { defer, finalize, from } from 'rxjs';
import type { Agent, AgentContext } from '../../../../src/index.js';
import type { Stage } from '../../../support/agentConformance.js';

/** An agent that holds the stage until it is over and everything that held its stop has settled. */
export const staged = (agent: Agent, stage: Stage): Agent => (brief, steering, context) => defer(() => {
  let holds = 0;
  let over = false;
  const check = (): void => {
    if (over && holds === 0) stage.leave();
  };
  const watched: AgentContext = new Proxy(context, {
    get: (target, field) => field === 'holdStop'
      ? (until: Promise<unknown>) => {
          holds += 1;
          void until.then(() => {
            holds -= 1;
            check();
          });
          target.holdStop(until);
        }
      : Reflect.get(target, field, target) as unknown,
  });
  stage.enter();
  return from(agent(brief, steering, watched)).pipe(finalize(() => {
    over = true;
    check();
  }));
});
