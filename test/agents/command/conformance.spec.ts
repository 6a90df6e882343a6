import { agentConformance } from '../../support/agentConformance.js';
import { commandKind } from '../../support/kinds/command.js';

agentConformance('a command', commandKind);
