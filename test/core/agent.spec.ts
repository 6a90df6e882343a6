import { agentConformance } from '../support/agentConformance.js';
import { ownKinds } from '../support/kinds/own.js';

for (const [name, kind] of ownKinds) agentConformance(name, kind);
