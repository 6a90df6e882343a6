import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CliError } from '../cliError.js';
import { systemReason } from '../systemReason.js';

/** A config as it stands on the disk. */
export interface Source {
  /** As it was asked for, absolute. */
  readonly path: string;
  /** Where links lead. */
  readonly realPath: string;
  readonly text: string;
  /** Of what was read: who looks again may find something else. */
  readonly hash: string;
}

/** The config of a working directory. */
export const CONFIG = 'sidestream.config.json';

/** Bytes of the largest config; and a device gives no end of them. */
const MAX_BYTES = 1_048_576;

/** Reads the text of a config, once. */
export async function readSource(file: string): Promise<Source> {
  const path = resolve(file);
  const bytes = await load(path);
  if (bytes.length > MAX_BYTES) throw new CliError(`${path} is no config: expected at most ${MAX_BYTES} bytes.`);
  return { path, realPath: await realpath(path), text: decode(path, bytes), hash: createHash('sha256').update(bytes).digest('hex') };
}

async function load(path: string): Promise<Buffer> {
  try {
    if ((await stat(path)).isDirectory()) {
      throw new CliError(`${path} is a directory. Expected a config, such as --config ${join(path, 'sidestream.config.json')}.`);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(path, { end: MAX_BYTES })) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof CliError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new CliError(`There is no ${path}. Write a start of one: npx sidestream init`);
    }
    throw new CliError(`${path} cannot be read: ${systemReason(error)}.`);
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    // It takes a mark of the byte order away.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const isWide = /^(\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2));
    throw new CliError(`${path} is no UTF-8${isWide ? ' but UTF-16' : ''}. Save it as UTF-8.`);
  }
}
