import { ownKinds } from '../../support/kinds/own.js';
import { wrappedConformance } from '../support/wrapped.js';

for (const [name, kind] of ownKinds) wrappedConformance(name, kind);
