import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Capability, Cell, MatrixResults, Subject, Traffic } from './results.js';

const EMPTY: MatrixResults = { platform: '', subjects: [], capabilities: [], cells: [] };

/** Where the results of a matrix are kept, such as `build/matrix/agents.json`, with the traffic of its failures in a folder beside it. */
export interface ResultsFile {
  read(this: void): MatrixResults;
  /** Replaces what was known of this cell, with its traffic where that is worth keeping; cells of another version of the subject go. */
  keep(this: void, subject: Subject, capabilities: readonly Capability[], cell: Cell, traffic?: Traffic): void;
}

/** Opens a file of results; it is written after every cell, so that a run which is cut short has kept what it saw. */
export function resultsFile(file: string): ResultsFile {
  const read = (): MatrixResults => existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as MatrixResults : EMPTY;
  return {
    read,
    keep(subject, capabilities, cell, traffic) {
      const before = read();
      const known = before.subjects.find(({ id }) => id === subject.id);
      const isSame = known?.version === subject.version && known.node === subject.node;
      const folder = file.replace(/\.json$/, '');
      const name = `${cell.subject}.${cell.capability}.json`;
      rmSync(join(folder, name), { force: true });
      mkdirSync(traffic === undefined ? dirname(file) : folder, { recursive: true });
      if (traffic !== undefined) writeFileSync(join(folder, name), lineByLine(traffic));
      const others = before.cells.filter(({ subject: whose, capability }) =>
        whose !== subject.id || isSame && capability !== cell.capability && capabilities.some(({ id }) => id === capability));
      const after: MatrixResults = {
        platform: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
        subjects: [...before.subjects.filter(({ id }) => id !== subject.id), subject],
        capabilities,
        cells: [...others, traffic === undefined ? cell : { ...cell, traffic: name }],
      };
      writeFileSync(file, `${JSON.stringify(after, undefined, 1)}\n`);
    },
  };
}

/** JSON with a line for each frame and each request, so that it can be read, and searched. */
function lineByLine({ frames, requests }: Traffic): string {
  const list = (entries: readonly unknown[]): string => entries.map((each) => `\n  ${JSON.stringify(each)}`).join(',');
  return `{\n "frames": [${list(frames)}\n ],\n "requests": [${list(requests)}\n ]\n}\n`;
}
