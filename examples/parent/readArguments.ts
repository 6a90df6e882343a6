import { parseArgs } from 'node:util';

/** What the user asked for on the command line. */
export interface Arguments {
  /** `undefined` stands for the installed rxjs sources. */
  readonly directory: string | undefined;
  readonly questions: readonly string[];
  readonly json: boolean;
  /** Milliseconds. */
  readonly pace: number;
  readonly help: boolean;
}

/** The command line makes no sense; the message is one sentence that says what would. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
  readonly code = 'invalid_argument';
}

export const help = `\
Three research agents in the background, and a parent that goes on working.

  npm start [-- DIR] [--ask QUESTION]... [--json] [--pace MS]

  DIR             any directory of text or source; without it, the installed rxjs sources
  --ask QUESTION  a question of your own, up to three times; the rest are chosen from the directory
  --json          one JSON object a line for each tool call, and the report as the last
  --pace MS       the least time that a researcher takes for the directory, so that there is a
                  mid-run to steer in; 0 for as fast as it can (default 1500)
  --help          this text

  With SIDESTREAM_MODEL and OPENAI_BASE_URL (or OPENAI_API_KEY) set, the researchers are models
  with tools; without, they need no model and no network.

  Ctrl-C cancels everything and leaves nothing running.
`;

/**
 * Reads the command line.
 *
 * @throws ArgumentError
 */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const questions = (values.ask ?? []).map((question) => question.trim());
  const pace = values.pace === undefined ? 1_500 : Number(values.pace);

  if (positionals.length > 1) {
    const got = `${positionals.length} (${positionals.join(', ')})`;
    throw new ArgumentError(`Expected one directory, got ${got}: quote a path that has spaces.`);
  }
  if (positionals[0]?.trim() === '') {
    throw new ArgumentError('Expected a directory, got an empty string: leave it out for the rxjs sources.');
  }
  if (questions.length > 3) throw new ArgumentError(`Expected at most three --ask, got ${questions.length}: there are three researchers.`);
  if (questions.includes('')) throw new ArgumentError('Expected a question after --ask, got an empty string.');
  if (!(pace >= 0 && pace <= 60_000) || values.pace?.trim() === '') {
    throw new ArgumentError(`Expected --pace to be milliseconds from 0 to 60000, got ${JSON.stringify(values.pace)}.`);
  }
  return { directory: positionals[0], questions, json: values.json ?? false, pace, help: values.help ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ask: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        pace: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    // Node's own sentences are good, only long: "Unknown option '--x'. To specify a positional argument …"
    const [first] = (cause as Error).message.split(/\.\s|\n/);
    throw new ArgumentError(`${(first ?? '').replace(/\.$/, '')}: see --help.`, { cause });
  }
}
