/**
 * A model as the parent: it gets seven of the tools, starts three researchers, steers one, is told of their ends, and writes the report.
 *
 *     SIDESTREAM_MODEL=… OPENAI_BASE_URL=… node --import tsx examples/05-model-parent.ts [DIR]
 *
 * While it works it is told between its steps; when it has nothing more to do its turn ends, and it is woken when a researcher has ended.
 * No end is told twice, and none whose result it has read by a tool.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { lastValueFrom, takeWhile, tap } from 'rxjs';
import { createSession } from 'sidestream';
import { aiSteps, aiTools } from 'sidestream/ai-sdk';
import { createInbox } from 'sidestream/inbox';
import { createToolset } from 'sidestream/tools';
import { listFiles } from './corpus/listFiles.js';
import { openDirectory } from './corpus/openDirectory.js';
import { chooseQuestions } from './parent/chooseQuestions.js';
import { createConversation } from './parent/createConversation.js';
import { createModelResearcher } from './researcher/createModelResearcher.js';
import { howToUseAModel, modelFromEnvironment, type NamedModel } from './researcher/modelFromEnvironment.js';

const system = `\
You lead researchers that work in the background. Start them all at once with delegate_task_async, one for each question, and go on.
Look in on one with check_task, and steer the second: tell it "only PATTERN" with the part of the directory that matters most.
Do not wait with a tool. When you have nothing to do, say in a few words what you wait for and stop: you are told when they end.
When all of them have ended, write the report: for each question its answer and the places that show it, as path:line.`;

async function main({ model, name }: NamedModel, given: string | undefined): Promise<void> {
  const directory = await openDirectory(given ?? join(dirname(createRequire(import.meta.url).resolve('rxjs/package.json')), 'src'));
  const { signal } = new AbortController();
  const questions = await chooseQuestions(directory, await listFiles(directory, { signal }), signal);
  await using session = createSession();
  const inbox = createInbox(session);
  const { delegate_task: _blocking, wait_for_tasks: _waiting, ...seven } = createToolset(session, {
    agents: {
      researcher: {
        agent: createModelResearcher({ directory, model }),
        description: 'Reads a directory in search of an answer and cites the lines. Steering: only PATTERN, skip PATTERN, enough.',
      },
    },
  });
  const say = createConversation({
    model, system, tools: aiTools(seven), prepareStep: aiSteps(inbox), print: (line) => { process.stdout.write(`${line}\n`); },
  });

  process.stdout.write(`${directory}\nThe parent and its researchers are ${name}.\n`);
  const numbered = questions.map((question, n) => `${n + 1}. ${question}`);
  let report = await say(`The directory is ${directory}. The questions:\n${numbered.join('\n')}`);
  const isOpen = (): boolean => inbox.waiting > 0 || session.list().some(({ outcome }) => outcome === undefined);
  if (isOpen()) {
    const woken = inbox.deliver(async ({ text, completions }) => {
      process.stdout.write(`\nwoken: ${completions.map(({ task_id, status }) => `${task_id} ${status}`).join(', ')}\n`);
      report = await say(text);
    });
    await lastValueFrom(woken.pipe(tap(({ told, error }) => { if (!told) throw error; }), takeWhile(isOpen)), { defaultValue: undefined });
  }
  process.stdout.write(`\n${report}\n`);
}

const chosen = modelFromEnvironment(process.env);
if (chosen === undefined) {
  process.stderr.write(`This parent is a model. ${howToUseAModel}\n`);
  process.exitCode = 2;
} else {
  await main(chosen, process.argv[2]);
}
