/**
 * Drives real ACP agents, offline, against a model server on loopback, through one list: `npm run test:agents`. It installs them into a
 * temporary folder (about 1.9 GB) and removes that at its end; it prints a table of agents and what each was seen to do.
 *
 * `-- --only opencode`, `--only steer`: a part; `--keep` leaves what was installed there and says where, and `--in DIR` uses that.
 */
import { capabilities } from '../test/support/agents/capabilities/index.js';
import { agents } from '../test/support/agents/setups/index.js';
import { runMatrix } from './matrix/runMatrix.js';

runMatrix({
  name: 'agents',
  columns: agents.map(({ id, package: name, seen, postinstall, node }) => ({ id, packages: [`${name}@${seen}`], postinstall, node })),
  rows: capabilities.map(({ id }) => id),
  spec: 'test/opt-in/agents.spec.ts',
});
