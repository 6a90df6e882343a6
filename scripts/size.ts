/**
 * Bundles the core and the combinators as an app would (rxjs and zod left out, they are peers), and the tools as a browser would (zod
 * within), and holds them to their budgets in package.json.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

interface Limit {
  readonly entry: string;
  readonly bytes: number;
}

interface Manifest {
  readonly sizeLimit: Limit;
  readonly composeSizeLimit: Limit;
  readonly browserSizeLimit: Limit;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const { sizeLimit, composeSizeLimit, browserSizeLimit, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

/** The bytes of a bundle, minified, and gzipped as well. */
async function sizeOf(entry: string, external: readonly string[], platform: 'node' | 'browser'): Promise<readonly [number, number]> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    external: [...external],
    bundle: true,
    minify: true,
    format: 'esm',
    platform,
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  });
  const sum = (bytes: (contents: Uint8Array) => number): number => outputFiles.reduce((all, file) => all + bytes(file.contents), 0);
  return [sum((contents) => contents.length), sum((contents) => gzipSync(contents, { level: 9 }).length)];
}

function hold(zipped: number, budget: number, advice: string): void {
  if (zipped <= budget) return;
  console.error(`size: ${zipped - budget} bytes over the budget. ${advice}`);
  process.exitCode = 1;
}

const peers = Object.keys(peerDependencies);
const [minified, zipped] = await sizeOf(sizeLimit.entry, peers, 'node');
const share = ((100 * zipped) / sizeLimit.bytes).toFixed(0);
console.log(`size: ${sizeLimit.entry} without its peers is ${zipped} bytes minified and gzipped (${minified} minified), `
  + `${share} % of ${sizeLimit.bytes}.`);
hold(zipped, sizeLimit.bytes, 'Make the core smaller, or argue for a new sizeLimit in package.json.');

// A browser has none of Node: an import of it that can be reached from here ends the build.
const [, composed] = await sizeOf(composeSizeLimit.entry, peers, 'browser');
console.log(`size: ${composeSizeLimit.entry} in a browser, with what it needs of the core, without its peers: ${composed} bytes gzipped, `
  + `of ${composeSizeLimit.bytes}.`);
hold(composed, composeSizeLimit.bytes, 'Make the combinators smaller, or argue for a new composeSizeLimit in package.json.');

const [, sent] = await sizeOf(browserSizeLimit.entry, ['rxjs'], 'browser');
console.log(`size: ${browserSizeLimit.entry} in a browser, with zod, without rxjs: ${sent} bytes gzipped, of ${browserSizeLimit.bytes}.`);
hold(sent, browserSizeLimit.bytes, 'Import zod as `import * as z`, or import less.');
