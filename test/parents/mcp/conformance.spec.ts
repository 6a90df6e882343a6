import { createSession } from '../../../src/index.js';
import { createMcpServer } from '../../../src/parents/mcp/index.js';
import { parentConformance } from '../../support/parentConformance.js';
import { connectHttp } from '../../support/parents/connectHttp.js';
import { playClient } from '../../support/parents/playClient.js';

parentConformance('the official MCP client, over HTTP', {
  dialect: 'plain',
  inputs: 'data',
  run: async (parent) => {
    await using session = createSession();
    await using connected = await connectHttp(createMcpServer(session, parent.tools, { maxWait: 3_600_000 }));
    return await playClient(connected.client, parent);
  },
});
