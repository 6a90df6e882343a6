/** Acts out a play of the conformance list as a program of its own: prints to stdout, listens on stdin, complains on stderr. */
import { createInterface } from 'node:readline';

const play = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(`${line}\n`);

switch (play.act) {
  case 'answer':
    say('done');
    break;
  case 'print':
    play.lines.forEach(say);
    say('done');
    break;
  case 'listen':
    say('ready');
    for await (const words of createInterface({ input: process.stdin })) {
      if (words === 'end') break;
      say(`heard ${words}`);
    }
    say('done');
    process.exit(0);
    break;
  case 'work':
    say('working');
    setInterval(() => undefined, 1_000);
    break;
  case 'fail':
    play.lines.forEach(say);
    process.stderr.write(`${play.message}\n`);
    process.exitCode = 1;
    break;
  case 'nothing':
    break;
  case 'ask':
    process.stdout.write('Which colour? ');
    for await (const colour of createInterface({ input: process.stdin })) {
      say(colour);
      process.exit(0);
    }
    break;
  case 'recall': {
    const goals = [...JSON.parse(process.argv[3]), process.argv[4]];
    say(`session ${JSON.stringify(goals)}`);
    say(goals.join(', '));
    break;
  }
}
