import { agentConformance } from '../../support/agentConformance.js';
import { modelKind } from '../../support/kinds/model.js';

agentConformance('a model', modelKind);
