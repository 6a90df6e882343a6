import type { Installed } from '../../matrix/installed.js';

/** The MCP Inspector's command line: a client that lists or calls once, without a model. */
export const inspector: Installed = {
  id: 'inspector', name: 'MCP Inspector `--cli`', package: '@modelcontextprotocol/inspector', seen: '2.12.0', node: 22,
  script: 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
};
