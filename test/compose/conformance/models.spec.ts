import { agUiKinds } from '../../support/kinds/agUi.js';
import { modelKind } from '../../support/kinds/model.js';
import { nestedConformance } from '../support/wrapped.js';

nestedConformance('a model', modelKind);
for (const [name, kind] of agUiKinds) nestedConformance(name, kind);
