import { isProse, titleOf } from '../corpus/titleOf.js';
import { wordsOf } from '../corpus/wordsOf.js';
import { isStopWord, readQuestion } from '../researcher/readQuestion.js';

export interface TextFile {
  readonly path: string;
  readonly lines: readonly string[];
}

/** What a directory might be asked about: something declared or headed in it, or else a word that it often uses. */
export interface Topic {
  readonly kind: 'declaration' | 'heading' | 'word';
  readonly name: string;
  readonly path: string;
  readonly score: number;
}

/** Titles that every project has, and that say nothing about this one. */
const everywhere = new Set(
  (
    'main,index,init,setup,test,tests,run,value,values,data,options,config,name,type,item,items,args,params,result,error,errors,' +
    'contents,overview,usage,install,installation,introduction,license,licence,copyright,example,examples,changelog,changes,readme,' +
    'summary,description,note,notes,todo,see also,synopsis,author,authors,reference,references,getting started,table of contents,' +
    'feature,features,requirements,contributing,documentation,history,background'
  ).split(','),
);

// A library's own tests and examples declare names too, but nobody opens a directory to ask about them.
const beside = /(^|[/_.-])(tests?|specs?|examples?|fixtures?|mocks?|bench|vendor|debian)([/_.-]|$)/i;

/**
 * Three topics, or fewer, best first.
 *
 * Names that are given in one place and talked about in several, but not everywhere: tf-idf, over titles. Where
 * nothing has a title, over words.
 */
export function topicsOf(sample: readonly TextFile[]): readonly Topic[] {
  const words = countIn(sample, wordsOf);
  // As it is written: `Task` is a name, `task` is English.
  const names = countIn(sample, (line) => line.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []);
  const titles = new Map<string, { kind: 'declaration' | 'heading'; paths: Set<string>; outer: boolean }>();
  for (const { path, lines } of sample) {
    lines.forEach((line, index) => {
      const title = titleOf(line, lines[index + 1], path);
      if (title === undefined) return;
      const known = titles.get(title.name) ?? { kind: title.kind, paths: new Set(), outer: false };
      titles.set(title.name, { ...known, paths: known.paths.add(path), outer: known.outer || /^\S/.test(line) });
    });
  }

  /** Talked about often, in several places, and not everywhere; with logarithms, so that none wins by repetition. */
  const weigh = ({ total, files }: Count): number =>
    total < 3 ? 0 : Math.log(1 + total) * Math.log(1 + files) * Math.log((sample.length + 1) / files);

  const fromTitles = [...titles].flatMap(([name, { kind, paths, outer }]): Topic[] => {
    const path = [...paths][0]!;
    if (paths.size > 2 || everywhere.has(name.toLowerCase()) || name.length < 5 || name.length > 40) return [];
    const asked = [...readQuestion(name).weights]
      .filter(([word, weight]) => weight >= 1 && word.length >= 3 && !isStopWord(word))
      .map(([word]) => word);
    if (asked.length === 0 || asked.length > 4) return [];
    if (kind === 'heading') {
      // "Step 2" and "Version 3" are places in a text and no topics.
      if (/(^|\s)\d/.test(name)) return [];
      // "OUTPUT" and "SEE ALSO" are what every manual has.
      if (!/\p{Ll}/u.test(name)) return [];
      const score = Math.min(...asked.map((word) => weigh(words.get(word) ?? none))) * (asked.length > 1 ? 1.5 : 1);
      return score > 0 ? [{ kind, name, path, score }] : [];
    }
    if (/^[_$]|^test|[_$]$/i.test(name)) return [];
    const shape = /\p{Ll}\p{Lu}|\p{L}_\p{L}/u.test(name) ? 2 : /^\p{Lu}/u.test(name) ? 1 : 0.3;
    const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
    const own = file.toLowerCase() === name.toLowerCase() ? 1.5 : 1;
    const score = weigh(names.get(name) ?? none) * shape * own * (outer ? 1.5 : 0.5) * (beside.test(path) ? 0.3 : 1);
    return score > 0 ? [{ kind, name, path, score }] : [];
  });

  const prose = sample.filter(({ path }) => isProse(path)).length > sample.length / 2;
  const ownKind = fromTitles.filter(({ kind }) => kind === (prose ? 'heading' : 'declaration'));
  const fromWords = [...words].flatMap(([word, { total, files }]): Topic[] => {
    if (isStopWord(word) || word.length < 5 || !/^\p{L}+$/u.test(word) || everywhere.has(word)) return [];
    return [{ kind: 'word', name: word, path: word, score: Math.log(1 + total) * Math.log(1 + sample.length / files) }];
  });
  // A text that declares something has a listing in it, and is seldom about that.
  const others = prose ? [] : fromTitles.sort(byScore);
  return spread([...ownKind.sort(byScore), ...others, ...fromWords.sort(byScore)]);
}

interface Count {
  total: number;
  files: number;
}

const none: Count = { total: 0, files: 0 };

function countIn(
  sample: readonly TextFile[],
  split: (line: string) => readonly string[],
): ReadonlyMap<string, Count> {
  const counts = new Map<string, Count>();
  for (const { lines } of sample) {
    const seen = new Set<string>();
    // What has no gap in it is no text: a key, a picture in letters, one long value.
    for (const word of lines.filter((line) => /\S\s+\S/.test(line)).flatMap(split)) {
      const count = counts.get(word) ?? { total: 0, files: 0 };
      count.total += 1;
      if (!seen.has(word)) count.files += 1;
      seen.add(word);
      counts.set(word, count);
    }
  }
  return counts;
}

function byScore(a: Topic, b: Topic): number {
  return b.score - a.score || (a.name < b.name ? -1 : 1);
}

/** The first three that speak of different things, from different files if there are several. */
function spread(topics: readonly Topic[]): readonly Topic[] {
  const chosen: Topic[] = [];
  for (const strict of [true, false]) {
    for (const topic of topics) {
      if (chosen.length === 3) return chosen;
      const words = new Set(wordsOf(topic.name));
      const isNear = (other: Topic): boolean =>
        (strict && other.path === topic.path) || wordsOf(other.name).some((word) => words.has(word) && !isStopWord(word));
      if (!chosen.some(isNear)) chosen.push(topic);
    }
  }
  return chosen;
}
