/**
 * The main job: a parent with three researchers in the background.
 *
 *     npm start [-- DIR] [--ask QUESTION]... [--json] [--pace MS]
 *
 * It starts three research agents on three questions, goes on with work of its own, looks in on one, steers one in
 * mid-run, starts a fourth and cancels it, lists them, and collects the rest into a report with `file:line`
 * citations: all of it through the tools that a model would be given. No model and no network are needed; with
 * SIDESTREAM_MODEL and OPENAI_BASE_URL (or OPENAI_API_KEY) set, the children are models with tools.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createSession, type Session } from 'sidestream';
import { createToolset } from 'sidestream/tools';
import { listFiles } from './corpus/listFiles.js';
import { DirectoryError, openDirectory } from './corpus/openDirectory.js';
import { chooseQuestions } from './parent/chooseQuestions.js';
import { createCaller } from './parent/createCaller.js';
import { createInterrupt, readerLeft } from './parent/createInterrupt.js';
import { createJsonPrinter } from './parent/createJsonPrinter.js';
import { createTextPrinter } from './parent/createTextPrinter.js';
import { ArgumentError, help, readArguments, type Arguments } from './parent/readArguments.js';
import { workThrough } from './parent/workThrough.js';
import { createModelResearcher } from './researcher/createModelResearcher.js';
import { createResearcher } from './researcher/createResearcher.js';
import { howToUseAModel, modelFromEnvironment } from './researcher/modelFromEnvironment.js';

/** What to ask the rxjs sources. Any other directory is asked what suits it. */
const rxjsQuestions = [
  'How does ReplaySubject trim its buffer?',
  'When does share reset and subscribe to its source again?',
  'How does retry delay its next attempt?',
];

async function main(options: Arguments, signal: AbortSignal): Promise<void> {
  const session = createSession();
  try {
    await work(session, options, signal);
  } finally {
    // Also after an error: a session that is closed leaves nothing running.
    const { ids, notStopped } = await session.close(signal.aborted ? 'interrupted' : 'the job is done');
    if (signal.aborted && signal.reason !== readerLeft) sayStopped(ids, notStopped, signal.reason);
  }
}

async function work(session: Session, { directory: named, questions: asked, json, pace }: Arguments, signal: AbortSignal): Promise<void> {
  const directory = await openDirectory(named ?? join(dirname(createRequire(import.meta.url).resolve('rxjs/package.json')), 'src'));
  const list = await listFiles(directory, { signal });
  const suitable = named === undefined ? rxjsQuestions : await chooseQuestions(directory, list, signal);
  const questions = [...asked, ...suitable.slice(asked.length)];

  const chosen = modelFromEnvironment(process.env);
  const tools = createToolset(session, {
    agents: {
      researcher: {
        agent: chosen === undefined ? createResearcher({ directory, pace }) : createModelResearcher({ directory, model: chosen.model }),
        description: 'Reads a directory in search of an answer and cites the lines. Steering: only PATTERN, skip PATTERN, enough.',
      },
    },
  });

  const write = (text: string): void => {
    if (!signal.aborted) process.stdout.write(text);
  };
  const { isTTY, columns } = process.stdout;
  const printer = json
    ? createJsonPrinter(write)
    : createTextPrinter(write, { colors: isTTY && !process.env['NO_COLOR'], width: isTTY ? columns : undefined });

  const paced = pace === 0 ? 'Unpaced.' : `Each researcher is paced to take ${pace / 1_000} s at least (--pace 0: unpaced).`;
  const who = chosen === undefined ? `${paced}\n${howToUseAModel}` : `Each researcher is ${chosen.name}.`;
  printer.start(directory, named === undefined ? `The installed rxjs sources; name a directory of your own after "--". ${who}` : who);
  const report = await workThrough({ directory, list, questions, call: createCaller(tools, printer, signal), printer, signal });
  printer.report(report);
  // A script that runs this is to know that an answer is missing.
  if (report.questions.some(({ status }) => status === 'failed')) process.exitCode = 1;
}

function sayStopped(ids: readonly string[], notStopped: readonly string[], reason: unknown): void {
  const what = ids.length === 0 ? 'no researcher was running' : `cancelled ${ids.join(', ')}`;
  const rest = notStopped.length === 0 ? 'nothing is left running' : `${notStopped.join(', ')} would not stop`;
  process.stderr.write(`${String(reason)}: ${what}; ${rest}.\n`);
}

using interrupt = createInterrupt();
try {
  const options = readArguments(process.argv.slice(2));
  if (options.help) process.stdout.write(help);
  else await main(options, interrupt.signal);
} catch (error) {
  if (error instanceof DirectoryError || error instanceof ArgumentError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  } else if (!interrupt.signal.aborted) throw error;
}
