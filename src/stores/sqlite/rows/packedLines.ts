import type { KeptLine } from '../../../core/store.js';

/** Lines with their times as steps from one to the next, which takes a tenth of the room: a time has thirteen digits, a step one or two. */
export interface PackedLines {
  readonly texts: readonly string[];
  /** The first time, and the steps; or all times as they are, where one is no whole number. */
  readonly steps?: readonly number[];
  readonly times?: readonly number[];
  /** Which lines were cut, and by how much. */
  readonly cuts?: readonly (readonly [at: number, cut: number])[];
}

export function packLines(lines: readonly KeptLine[]): PackedLines {
  const times = lines.map(([, at]) => at);
  const cuts = lines.flatMap(([, , cut], at) => (cut === undefined ? [] : [[at, cut] as const]));
  return {
    texts: lines.map(([text]) => text),
    ...(times.every(Number.isSafeInteger) ? { steps: times.map((time, at) => time - (times[at - 1] ?? 0)) } : { times }),
    ...(cuts.length > 0 && { cuts }),
  };
}

export function unpackLines({ texts, steps, times, cuts = [] }: PackedLines): readonly KeptLine[] {
  const cutOf = new Map(cuts);
  let time = 0;
  return texts.map((text, at) => {
    time = steps === undefined ? times![at]! : time + steps[at]!;
    const cut = cutOf.get(at);
    return cut === undefined ? [text, time] : [text, time, cut];
  });
}
