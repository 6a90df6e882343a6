// A child asks, and waits as long as it takes, whatever its deadline; who comes first answers. Then the finished child is talked to again.
//
//   deploy    ──question──│waiting: no deadline runs│──question──│waiting│──result|
//   person    ──────────────────────────────────yes──────────────────no
//   model     ────────────────────────────────────────(too late)
//   follow-up                                                              ──result|
import { concatMap, firstValueFrom } from 'rxjs';
import { collect, createSession, fromAsync, type OpenQuestion } from 'sidestream';

const deploy = fromAsync(async ({ goal, follow_up }, { ask, print, save, saved }) => {
  // A follow-up goes on from what the task before it has saved.
  if (follow_up !== undefined) return `${saved as string}; and now: ${goal}`;
  const where = await firstValueFrom(ask({ text: 'Deploy where?', options: ['staging', 'production'] }));
  const leave = await firstValueFrom(ask({ text: `May I run deploy.sh --to ${where}?`, kind: 'permission', detail: { tool: 'shell' } }));
  const note = await firstValueFrom(ask({ text: 'A note for the log?', default: 'no note', timeout: 100 }));
  print(leave === 'allow_once' ? 'deploying' : 'not deploying');
  save(`${leave === 'allow_once' ? 'deployed' : 'did not deploy'} to ${where} (${note})`);
  return `${goal}: ${leave === 'allow_once' ? 'done' : 'left alone'}`;
});

const session = createSession({ deadline: 50 });
const plain = (text: string): string => text.replace(/-[a-z0-9]{6}\b/g, '');

/** A person who reads what is asked, takes a while, longer than the deadline of the task, and answers by hand. */
const answers: Readonly<Record<string, unknown>> = { 'Deploy where?': 'Staging', 'May I run deploy.sh --to staging?': true };
const seen = new Set<string>();
session.questions.pipe(concatMap((open) => open)).subscribe((question: OpenQuestion) => {
  const { id, text, kind, options } = question;
  if (seen.has(id)) return;
  seen.add(id);
  const offered = options?.map(({ label, id: name }) => label ?? name).join(', ');
  console.log(`${kind.padEnd(11)} ${text}${offered === undefined ? '' : ` (${offered})`}`);
  if (answers[text] !== undefined) setTimeout(() => { answerByHand(question); }, 100);
});

function answerByHand(question: OpenQuestion): void {
  const { answer } = question.answer(answers[question.text]);
  console.log(`  answered  ${answer as string}`);
  // Whoever comes second is told so.
  console.log(`  again     ${plain(question.answer('too late').error!.message)}`);
}

const task = session.delegate(deploy, { goal: 'ship it' });
await new Promise((resolve) => { setTimeout(resolve, 10); });
const { status, waitingFor } = task.snapshot();
console.log(`meanwhile   ${status}, waiting for ${waitingFor?.reason}`);
console.log(`result      ${await collect(task, { timeout: 10_000 })}`);

const next = session.delegate(deploy, { goal: 'roll it back', follow_up: task.id });
console.log(`follow-up   ${await collect(next)}`);
await session.close();
