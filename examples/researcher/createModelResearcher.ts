import type { LanguageModel } from 'ai';
import type { Agent } from 'sidestream';
import { model } from 'sidestream/model';
import { createFileTools } from './createFileTools.js';

export interface ModelResearcherOptions {
  readonly directory: string;
  readonly model: LanguageModel;
}

const system = `\
You answer one question about a directory of files, by what stands in them and by nothing else.
Use search to find places and read_lines to look at them. A few calls are enough.

A place is written on a line of its own as
path:line  excerpt
with two blanks before the excerpt, which is copied letter by letter from that line: at most 80 characters, no quotation marks,
nothing added. Before each call say which places are the best so far, in this form.

Your answer is plain text: one sentence on its first line, and below it up to five places that show it.

You may be told in between to look elsewhere: "only PATTERN" and "skip PATTERN" are about paths, "enough" means to answer with
what you have. If you were told so, the last line of your answer is that message in brackets, such as (only src).`;

/**
 * A research agent that is a model with two tools over the same directory. It takes the place of the one that needs no model: the same
 * goals, the same steering, the same form of answer.
 */
export const createModelResearcher = ({ directory, model: chosen }: ModelResearcherOptions): Agent =>
  model({ name: 'researcher', model: chosen, system, toolsets: { files: createFileTools(directory) } });
