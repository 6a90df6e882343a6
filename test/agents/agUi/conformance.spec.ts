import { agentConformance } from '../../support/agentConformance.js';
import { agUiKinds } from '../../support/kinds/agUi.js';

for (const [name, kind] of agUiKinds) agentConformance(name, kind);
