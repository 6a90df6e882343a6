import { acpKinds } from '../../support/kinds/acp.js';
import { commandKind } from '../../support/kinds/command.js';
import { nestedConformance } from '../support/wrapped.js';

nestedConformance('a command', commandKind);
for (const [name, kind] of acpKinds) nestedConformance(name, kind);
