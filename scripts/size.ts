/**
 * Bundles the core as an app would (rxjs and zod left out, they are peers), and the tools as a browser would (zod within), and holds
 * them to their budgets in package.json.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

interface Manifest {
  readonly sizeLimit: { readonly entry: string; readonly bytes: number };
  readonly browserSizeLimit: { readonly entry: string; readonly bytes: number };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const { sizeLimit, browserSizeLimit, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const { entry, bytes: budget } = sizeLimit;

const { outputFiles } = await build({
  entryPoints: [entry],
  external: Object.keys(peerDependencies),
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  write: false,
  logLevel: 'warning',
});

const minified = outputFiles.reduce((sum, file) => sum + file.contents.length, 0);
const zipped = outputFiles.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0);
const share = ((100 * zipped) / budget).toFixed(0);

console.log(`size: ${entry} without its peers is ${zipped} bytes minified and gzipped (${minified} minified), ${share} % of ${budget}.`);
if (zipped > budget) {
  console.error(`size: ${zipped - budget} bytes over the budget. Make the core smaller, or argue for a new sizeLimit in package.json.`);
  process.exitCode = 1;
}

// A browser has none of Node: an import of it that can be reached from here ends the build.
const browser = await build({
  entryPoints: [browserSizeLimit.entry],
  external: ['rxjs'],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  write: false,
  logLevel: 'warning',
});
const sent = browser.outputFiles.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0);
console.log(`size: ${browserSizeLimit.entry} in a browser, with zod, without rxjs: ${sent} bytes gzipped, of ${browserSizeLimit.bytes}.`);
if (sent > browserSizeLimit.bytes) {
  console.error(`size: ${sent - browserSizeLimit.bytes} bytes over the budget. Import zod as \`import * as z\`, or import less.`);
  process.exitCode = 1;
}
