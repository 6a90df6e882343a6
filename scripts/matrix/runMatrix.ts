import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { resultsFile } from '../../test/support/matrix/resultsFile.js';
import { tableOf } from '../../test/support/matrix/tableOf.js';

/** A column: what is installed for it, each into a folder of its own, since two of them may bring programs of one name. */
export interface Column {
  readonly id: string;
  /** The name and version, for npm. */
  readonly packages: readonly string[];
  /** A script of the package, from its folder, that must be run where npm runs none of them. */
  readonly postinstall?: string | undefined;
  /** The Node that it needs, where it is not the one that runs this. */
  readonly node?: 22 | undefined;
}

/** A matrix: how it is installed and run. */
export interface Matrix {
  /** `agents` or `hosts`: its results are `build/matrix/<name>.json`. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** The ids of its rows, for `--only`. */
  readonly rows: readonly string[];
  readonly spec: string;
  /** Installs what else is needed; throws where that cannot be had. */
  prepare?(directory: string): void;
}

/** The npm package that ships a Node of its own. */
const NODE_22 = 'node@22';

/**
 * Installs what a matrix is about, runs its specs, and prints its table: `--only <column or row>`, as often as you like, runs a part;
 * `--keep` leaves what was installed and says where; `--in DIR` uses what was left there, and installs only what is missing.
 */
export function runMatrix({ name, columns, rows, spec, prepare }: Matrix): void {
  const { values: { keep = false, in: given, only = [] } } = parseArgs({
    options: { keep: { type: 'boolean' }, in: { type: 'string' }, only: { type: 'string', multiple: true } },
  });
  const unknown = only.filter((each) => !rows.includes(each) && !columns.some(({ id }) => id === each));
  if (unknown.length > 0) {
    console.error(`There is no ${unknown.join(', ')}. Columns: ${columns.map(({ id }) => id).join(', ')}. Rows: ${rows.join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const some = columns.filter(({ id }) => only.includes(id));
  const chosen = some.length > 0 ? some : columns;
  const directory = given === undefined ? mkdtempSync(join(tmpdir(), `sidestream-${name}-`)) : resolve(given);
  const began = performance.now();
  try {
    const trouble = installAll(directory, chosen);
    if (trouble !== undefined) {
      console.log(`Skipped: what is needed cannot be installed here, so nothing was tried. ${trouble}`);
      return;
    }
    prepare?.(directory);
    console.log(`Installed after ${seconds(began)} s, ${megabytes(directory)} MB.`);
    const file = resolve('build/matrix', `${name}.json`);
    const { status } = spawnSync('npm', ['run', '--silent', 'specs', '--', '--runInBand', '--runTestsByPath', spec], {
      stdio: 'inherit',
      env: {
        ...process.env,
        SIDESTREAM_OPT_IN: '1', SIDESTREAM_INSTALLED: directory, SIDESTREAM_ONLY: only.join(','), SIDESTREAM_RESULTS: file,
      },
    });
    const order = columns.map(({ id }) => id);
    console.log(`\n${tableOf(resultsFile(file).read(), order, (each) => join('build/matrix', name, each))}\n`);
    console.log(`Done after ${seconds(began)} s. The results are in build/matrix/${name}.json; npm run matrix writes them into the docs.`);
    process.exitCode = status ?? 1;
  } finally {
    if (keep || given !== undefined) console.log(`What was installed is in ${directory}; use it again with --in ${directory}`);
    else rmSync(directory, { recursive: true, force: true });
  }
}

/** Installs what is not there yet, or answers with the last thing that npm said. */
function installAll(directory: string, columns: readonly Column[]): string | undefined {
  const node = columns.some((column) => column.node === 22) ? [{ id: 'node-22', packages: [NODE_22], postinstall: undefined }] : [];
  for (const { id, packages, postinstall } of [...node, ...columns]) {
    const folder = join(directory, id);
    if (packages.every((each) => existsSync(join(folder, 'node_modules', each.slice(0, each.lastIndexOf('@')), 'package.json')))) continue;
    console.log(`Installing ${packages.join(', ')} …`);
    mkdirSync(folder, { recursive: true });
    // A project of its own, so that npm looks no further up.
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const install = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', ...packages];
    const { status, stderr } = spawnSync('npm', install, { encoding: 'utf8', cwd: folder });
    if (status !== 0) return stderr.trim().split('\n').at(-1) ?? 'npm failed';
    if (postinstall !== undefined) spawnSync(process.execPath, [join(folder, postinstall)], { cwd: join(folder, postinstall, '..') });
  }
  return undefined;
}

const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(0);

const megabytes = (directory: string): string => spawnSync('du', ['-sm', directory], { encoding: 'utf8' }).stdout?.split('\t').at(0) ?? '?';
