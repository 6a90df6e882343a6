import { NEVER, Observable, Subscription, type Subscriber } from 'rxjs';
import { fromAsync, type Agent, type AgentOutput } from '../../../src/index.js';
import type { Run } from './facts.js';
import type { Script, Step } from './script.js';
import type { Stage } from './stage.js';

type Out = Extract<Step, { do: 'out' }>['what'];

function outputOf(world: Stage, what: Out): AgentOutput<unknown> | string {
  const printed = ++world.printed;
  switch (what) {
    case 'line': return `line ${printed}`;
    case 'lines': return `a${printed}\nb${printed}`;
    case 'text': return { type: 'text', text: `t${printed % 7}${printed % 3 === 0 ? '\n' : ''}` };
    case 'step': return { type: 'step' };
    case 'usage': return { type: 'usage', inputTokens: 1, outputTokens: 2 };
    case 'result': return { type: 'result', value: `r${printed}` };
    case 'wrong': return 42 as never;
  }
}

const boom = (): Error => new Error('boom');

/** Makes an agent of its script. Whatever shape it has, it does the same steps and tells the world of them. */
export function agentOf(world: Stage, script: Script): Agent<unknown> {
  switch (script.shape) {
    case 'observable': return (_, steering, context) => observable(world, world.enter(script, context), steering);
    case 'throws': return (_, steering, context) => {
      const run = world.enter(script, context);
      for (const step of script.steps) if (step.do !== 'out') walk(world, run, step, steering);
      world.isOver(run);
      say(world, run, 'error');
      throw boom();
    };
    case 'array': return (_, steering, context) => {
      const run = world.enter(script, context);
      world.isOver(run);
      say(world, run, 'complete');
      const outputs: (AgentOutput<unknown> | string)[] = [];
      for (const step of script.steps) {
        if (step.do === 'out' && step.what !== 'wrong') outputs.push(outputOf(world, step.what));
        else walk(world, run, step, steering);
      }
      return outputs;
    };
    case 'promise': return async (_, steering, context) => {
      const run = world.enter(script, context);
      // Its outputs go nowhere: a bare promise has a result and nothing else.
      const steps = work(world, run, steering);
      while ((await steps.next()).done !== true) continue;
      return 'promised';
    };
    case 'generator': return async function* (_, steering, context) {
      yield* work(world, world.enter(script, context), steering);
    };
    case 'fromAsyncPromise': return fromAsync(async (_, context) => {
      const run = world.enter(script, context);
      for await (const output of work(world, run, context.steering)) {
        if (typeof output === 'string') context.print(output);
        else context.emit(output as AgentOutput<never>);
      }
      return 'returned';
    });
    case 'fromAsyncGenerator': return fromAsync<unknown>(async function* (_, context) {
      yield* work(world, world.enter(script, context), context.steering);
      return 'generated';
    });
  }
}

function say(world: Stage, run: Run, what: 'complete' | 'error'): void {
  if (world.hasEnded(run.context.taskId)) return;
  run.said ??= what;
}

/** The steps that do not depend on the shape. */
function walk(world: Stage, run: Run, step: Step, steering: Observable<string>): void {
  const self = world.byId(run.context.taskId);
  switch (step.do) {
    case 'out': case 'wait': return;
    case 'take': run.received.push(...run.context.takeSteering()); return;
    case 'handOver': run.context.deliverSteering((text) => new Observable((subscriber) => world.later(step.ms, () => {
      if (step.fails) {
        subscriber.error(boom());
        return;
      }
      run.received.push(text);
      subscriber.complete();
    })), { concurrency: step.fails ? 1 : 2 }); return;
    case 'listen': {
      const acts = [...step.acts];
      world.listenings.push(steering.subscribe((text) => {
        run.received.push(text);
        world.inside(() => { for (const act of acts.splice(0)) world.perform(act, self); });
      }));
      return;
    }
    case 'unlisten': world.listenings.at(-1)?.unsubscribe(); return;
    case 'signal': Reflect.get(run.context, 'signal'); return;
    case 'hold':
      if (world.hasEnded(run.context.taskId)) {
        run.heldLate = true;
        run.context.holdStop(world.sleep(step.ms));
        return;
      }
      run.holds += 1;
      run.context.holdStop(world.sleep(step.ms).then(() => {
        run.holds -= 1;
        run.overAt = world.now;
      }));
      return;
    default: world.perform(step, self);
  }
}

function observable(world: Stage, run: Run, steering: Observable<string>): Observable<AgentOutput<unknown> | string> {
  const { script } = run;
  return new Observable((subscriber) => {
    const waits = new Subscription();
    const put = (what: Out): void => {
      if (subscriber.closed) run.late += 1;
      else if (what === 'wrong') say(world, run, 'error');
      subscriber.next(outputOf(world, what));
    };
    const goOn = (from: number): void => {
      for (let n = from; n < script.steps.length; n++) {
        const step = script.steps[n] as Step;
        if (step.do === 'wait') {
          waits.add(world.later(step.ms, () => { goOn(n + 1); }));
          return;
        }
        if (step.do === 'out') put(step.what);
        else walk(world, run, step, steering);
      }
      finish(world, run, subscriber);
    };
    run.connecting = true;
    goOn(0);
    run.connecting = false;
    return () => {
      world.isOver(run);
      if (script.stubborn && !world.over) world.stubborn.add(waits);
      else waits.unsubscribe();
      world.inside(() => { tearDown(world, run, subscriber); }, world.byId(run.context.taskId));
    };
  });
}

function finish(world: Stage, run: Run, subscriber: Subscriber<AgentOutput<unknown> | string>): void {
  const { end, stubborn } = run.script;
  if (end === 'never') return;
  if (!subscriber.closed) say(world, run, end);
  else if (end === 'error') run.late += 1;
  if (end === 'complete') subscriber.complete();
  else subscriber.error(boom());
  if (!stubborn) return;
  run.late += 2;
   
  /* eslint-disable rxjs-x/no-redundant-notify -- that is the point */
  subscriber.next('after the end');
  subscriber.error(boom());
  subscriber.complete();
  /* eslint-enable rxjs-x/no-redundant-notify */
}

function tearDown(world: Stage, run: Run, subscriber: Subscriber<string>): void {
  const { teardown } = run.script;
  if (teardown === 'quiet') return;
  if (teardown === 'throws') throw boom();
  if (teardown === 'emits') {
    run.late += 1;
    subscriber.next('in the teardown');
  } else {
    world.perform(teardown, world.byId(run.context.taskId));
  }
}

/** The work of a promise or a generator. A stubborn one ignores the abort. */
async function* work(world: Stage, run: Run, steering: Observable<string>): AsyncGenerator<AgentOutput<unknown> | string, void, void> {
  const { script, context } = run;
  const signal = script.stubborn ? undefined : context.signal;
  try {
    for (const step of script.steps) {
      if (step.do === 'wait') {
        await world.sleep(step.ms, signal);
      } else if (step.do === 'out') {
        if (step.what === 'wrong' && script.shape !== 'promise') say(world, run, 'error');
        yield outputOf(world, step.what);
      } else {
        walk(world, run, step, steering);
      }
    }
    if (script.end === 'never') await world.sleep(undefined, signal);
    say(world, run, script.end === 'error' ? 'error' : 'complete');
    if (script.end === 'error') throw boom();
  } finally {
    world.isOver(run);
    if (typeof script.teardown === 'object') {
      const { teardown } = script;
      world.inside(() => { world.perform(teardown, world.byId(context.taskId)); });
    }
  }
}

/** What never ends by itself, and costs nothing. */
export const idle: Agent = () => NEVER;
