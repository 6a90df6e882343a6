import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROMPT, type RealHost } from '../realHost.js';

export const codexCli: RealHost = {
  id: 'codex-cli', name: 'Codex CLI', package: '@openai/codex', seen: '0.171.0',
  script: 'node_modules/@openai/codex/bin/codex.js',
  call: (name, input) => ({ namespace: 'mcp__sidestream', name, input }),
  async setUp(home, { url }, { command, args }) {
    const CODEX_HOME = join(home, '.codex');
    await mkdir(CODEX_HOME);
    await writeFile(join(CODEX_HOME, 'config.toml'), [
      'model = "loopback"', 'model_provider = "loopback"',
      '[model_providers.loopback]', 'name = "loopback"', `base_url = "${url}"`, 'wire_api = "responses"',
      // Without `required` its first request goes out before the server is up, and its model never hears of our tools.
      '[mcp_servers.sidestream]', `command = ${JSON.stringify(command)}`, `args = ${JSON.stringify(args)}`, 'required = true',
      'startup_timeout_sec = 300',
      // Nobody can be asked where it runs without a keyboard, and what needs to be asked for is refused then.
      'default_tools_approval_mode = "approve"', '',
    ].join('\n'));
    return { args: ['exec', '--skip-git-repo-check', PROMPT], env: { CODEX_HOME } };
  },
};
