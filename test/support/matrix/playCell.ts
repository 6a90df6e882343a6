import { DoesNotApply } from './doesNotApply.js';
import { OWN_FAULTS } from './ownFaults.js';
import type { Capability, Mark, Subject, Traffic } from './results.js';
import type { ResultsFile } from './resultsFile.js';

/** What plays a cell. */
export interface Play {
  play(): Promise<string | undefined>;
  /** All that was said, asked for where it fails. */
  traffic(): Promise<Traffic>;
}

/** Milliseconds after which a cell has failed, whatever it waits for. */
const LIMIT = 480_000;

/** Where a cell was played is of no interest to whoever reads of it. */
const FOLDERS = /\/[^\s`"']*sidestream-(?:real|host)-\w+\/(?:bin\/)?/g;

/**
 * Plays a cell and keeps what became of it. A failure is kept, and then thrown, so that the run is red and goes on; not so one that is
 * known as the subject's own fault.
 */
export async function playCell(
  results: ResultsFile, subject: Subject, capabilities: readonly Capability[], { id }: Capability, { play, traffic }: Play,
  ownFault: string | undefined = OWN_FAULTS[`${subject.id} ${id}`],
): Promise<void> {
  const began = performance.now();
  const keep = (mark: Mark, note?: string, said?: Traffic): void => {
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const words = note?.replaceAll(FOLDERS, '').replaceAll(/\s+/g, ' ').trim().slice(0, 700);
    const at = new Date().toISOString();
    const cell = { subject: subject.id, capability: id, mark, ...words === undefined ? {} : { note: words }, seconds, at };
    results.keep(subject, capabilities.map((each) => ({ id: each.id, title: each.title })), cell, said);
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(new Error(`Not done after ${LIMIT / 1_000} s.`)); }, LIMIT);
  });
  try {
    keep('✓', await Promise.race([play(), late]));
  } catch (error) {
    if (error instanceof DoesNotApply) {
      keep('–', error.message);
      return;
    }
    const why = error instanceof Error ? error.message : String(error);
    keep('✗', ownFault === undefined ? why : `Its own fault: ${ownFault} ${why}`, await traffic());
    if (ownFault === undefined) throw error;
    return;
  } finally {
    clearTimeout(timer);
  }
  if (ownFault !== undefined) throw new Error(`${subject.name} no longer fails at this: take it off the list of own faults.`);
}
