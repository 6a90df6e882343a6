import MiniSearch from 'minisearch';
import { wordsOf } from '../corpus/wordsOf.js';
import type { Citation } from './citation.js';
import type { Passage } from './findInFile.js';
import type { Question } from './readQuestion.js';

/** A passage's citation, and how well it answers. */
export interface Finding extends Citation {
  readonly id: number;
  readonly score: number;
}

/** What a researcher has found so far. */
export interface Findings {
  readonly size: number;
  add(passages: readonly Passage[]): void;
  /** The best `count`, best first, at most three of one file. */
  best(count: number): Finding[];
}

/**
 * Ranks passages by BM25 (minisearch), so a word that is rare among them counts for more.
 *
 * It holds only passages that share a word with the question: memory follows the question, not the directory.
 */
export function createFindings({ weights }: Question): Findings {
  const index = new MiniSearch<Passage & { id: number }>({
    fields: ['text', 'title', 'section', 'path'],
    tokenize: wordsOf,
    processTerm: (word) => word,
  });
  // Its own list, because minisearch keeps stored fields as an object per passage, text and all.
  const citations: Citation[] = [];
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);

  return {
    get size() {
      return citations.length;
    },

    add: (passages) => {
      for (const passage of passages) {
        index.add({ ...passage, id: citations.length });
        const { path, line, excerpt, cutBefore, cutAfter } = passage;
        citations.push({ path, line, excerpt, cutBefore, cutAfter });
      }
    },

    best: (count) => {
      const ranked = index
        .search([...weights.keys()].join(' '), {
          tokenize: (text) => text.split(' '),
          boost: { title: 3, path: 1.5 },
          boostTerm: (word) => weights.get(word) ?? 1,
          prefix: (word) => word.length >= 4,
          weights: { prefix: 0.3, fuzzy: 0 },
        })
        .map(({ id, score, queryTerms }) => {
          // BM25 alone lets one word said often win over three words said once.
          const covered = queryTerms.reduce((sum, word) => sum + (weights.get(word) ?? 0), 0);
          return { id: id as number, score: score * (0.25 + (0.75 * covered) / all) };
        })
        .sort((a, b) => b.score - a.score || a.id - b.id);

      const best: Finding[] = [];
      const ofFile = new Map<string, number>();
      const said = new Set<string>();
      for (const { id, score } of ranked) {
        if (best.length === count) break;
        const citation = citations[id];
        if (citation === undefined) continue;
        const used = ofFile.get(citation.path) ?? 0;
        // The same sentence in twenty files is one finding.
        if (used >= 3 || said.has(citation.excerpt)) continue;
        ofFile.set(citation.path, used + 1);
        said.add(citation.excerpt);
        best.push({ ...citation, id, score });
      }
      return best;
    },
  };
}
