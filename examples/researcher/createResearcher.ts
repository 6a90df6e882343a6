import { setTimeout as delay } from 'node:timers/promises';
import { fromAsync, step, type Agent } from 'sidestream';
import type { Files } from '../corpus/files.js';
import { listFiles } from '../corpus/listFiles.js';
import { countSkipped, describeSkipped, type SkipReason } from '../corpus/skipped.js';
import { writeCitation } from './citation.js';
import { createReading, type Reading } from './createReading.js';
import { createSelection, type Selection } from './createSelection.js';
import { readQuestion } from './readQuestion.js';
import { readSteering, steeringHelp } from './readSteering.js';
import { writeAnswer } from './writeAnswer.js';

export interface ResearcherOptions {
  readonly directory: string;
  /**
   * The least time, in milliseconds, that one pass over the directory takes; it is spread over the steps.
   *
   * Real researchers are slow, this one reads a small directory in the blink of an eye, and then there is no
   * mid-run to steer in. `0` lets it run as fast as it can.
   *
   * @defaultValue 0
   */
  readonly pace?: number;
  readonly files?: Files;
}

/**
 * A research agent that needs no model and no network.
 *
 * It reads the files of a directory step by step, ranks their passages by the words of the question, prints each
 * place that is among the best so far (`path:line  excerpt  (score)`), and answers with the best of all. Between
 * two steps it takes steering: `only PATTERN`, `skip PATTERN`, `enough`.
 *
 * ```
 * steering  ─────────────only a───────────────────▶
 * output    ──b:3──a:7──────┬──a:2──a:7──progress──(result|)
 *                           starts over, and no line from b after it
 * ```
 *
 * ```ts
 * const task = session.delegate(createResearcher({ directory: '.' }), { goal: 'How does it stop?' });
 * task.steer('only src');
 * console.log(await collect(task));
 * ```
 */
export function createResearcher({ directory, pace = 0, files }: ResearcherOptions): Agent {
  const disk = files === undefined ? {} : { files };

  return fromAsync(async function* ({ goal }, { signal, takeSteering }) {
    const question = readQuestion(goal);
    const words = [...question.weights].filter(([, weight]) => weight >= 0.5).map(([word]) => word);
    if (words.length === 0) throw new Error('The question has no word to look for: ask with a name or a term.');

    const list = await listFiles(directory, { signal, ...disk });
    const selection = createSelection(list.paths);
    const read = (): Reading => createReading({ directory, paths: selection.paths, question, ...disk });
    let reading = read();
    yield `looking for ${words.join(', ')} in ${list.paths.length} files`;
    if (list.cut) yield cutRemark(list.paths.length);

    const shown = new Set<number>();
    let stopped = false;
    let nextProgress = 0.25;
    let lastProgress = performance.now();

    while (!stopped) {
      for (const message of takeSteering()) {
        const word = readSteering(message);
        if (word.type === 'enough') {
          yield `enough: stopping with ${reading.read} of ${reading.total} files read`;
          stopped = true;
        } else if (word.type === 'unknown') {
          yield `cannot follow ${JSON.stringify(word.text.slice(0, 80))}; understood: ${steeringHelp}`;
        } else {
          const { changed, line } = selection.apply(word);
          yield line;
          // Another ranking and not a filtered one: how much a word says depends on how rare it is in these files.
          if (changed) {
            reading = read();
            shown.clear();
            nextProgress = 0.25;
          }
        }
      }
      if (stopped || reading.done) break;

      const began = performance.now();
      await reading.step(signal);

      // A few at a time: the window of a task holds 200 lines, and what stays among the best comes with the next step.
      for (const finding of reading.best(8).filter(({ id }) => !shown.has(id)).slice(0, 2)) {
        shown.add(finding.id);
        yield `${writeCitation(finding)}  (${describeScore(finding.score)})`;
      }
      if (reading.read >= nextProgress * reading.total || performance.now() - lastProgress > 2_000) {
        lastProgress = performance.now();
        yield `read ${reading.read} of ${reading.total} files, ${reading.passages} passages with words of the question`;
        nextProgress = Math.floor((4 * reading.read) / reading.total + 1) / 4;
      }
      yield step();

      const rest = pace / reading.steps - (performance.now() - began);
      await delay(Math.max(rest, 0), undefined, { signal });
    }

    const skipped = new Map<SkipReason, number>(list.skipped);
    for (const [reason, count] of reading.skipped) countSkipped(skipped, reason, count);
    const remarks = [howRead(reading, selection), describeSkipped(skipped), list.cut ? cutRemark(list.paths.length) : undefined];
    return writeAnswer({ words, best: reading.best(8), remarks: remarks.filter((remark) => remark !== undefined) });
  });
}

function howRead(reading: Reading, { words }: Selection): string {
  const where = words === undefined ? '' : ` (${words})`;
  const found = `, ${reading.passages} passages with words of the question`;
  if (reading.read < reading.total) {
    const why = reading.full ? 'then had as much text as it takes' : 'was told that it is enough';
    return `read ${reading.read} of ${reading.total} files and ${why}${where}${found}`;
  }
  return `read ${reading.total === 1 ? 'the one file' : `all ${reading.total} files`}${where}${found}`;
}

/** Two digits that say something: only how scores compare within one question means anything. */
function describeScore(score: number): string {
  return score >= 10 ? score.toFixed(0) : score.toPrecision(2);
}

function cutRemark(count: number): string {
  return `the directory has more: only the ${count} files nearest to its root are read`;
}
