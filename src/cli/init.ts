import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from './cliError.js';
import { START } from './start.js';

/** Writes a start of a config, and says what to do with it. What is there already stays. */
export async function init(config: string): Promise<void> {
  const path = resolve(config);
  try {
    await writeFile(path, `${JSON.stringify(START, undefined, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(code === 'EEXIST' ? `${path} is there already, and was left as it is.` : `${path} cannot be written: ${message}`);
  }
  console.log(`Wrote ${path}. Name your agents in it, then give your host this server:\n`);
  const server = { command: 'npx', args: ['sidestream', 'mcp', '--config', path] };
  console.log(JSON.stringify({ mcpServers: { sidestream: server } }, undefined, 2));
}
