import { agentConformance } from '../../support/agentConformance.js';
import { acpKinds } from '../../support/kinds/acp.js';

for (const [name, kind] of acpKinds) agentConformance(name, kind);
