import { AbstractAgent, type BaseEvent, type RunAgentInput } from '@ag-ui/client';
import { from, type ObservableInput } from 'rxjs';

type Script = (input: RunAgentInput) => ObservableInput<BaseEvent>;

/** An agent in this process, which does what its script says. */
export class Scripted extends AbstractAgent {
  constructor(private script: Script, config: ConstructorParameters<typeof AbstractAgent>[0] = {}) {
    super(config);
  }

  override run(input: RunAgentInput) {
    return from(this.script(input)) as never;
  }

  override clone(): Scripted {
    const cloned = super.clone() as Scripted;
    cloned.script = this.script;
    return cloned;
  }
}
