/**
 * A tree of processes: prints `pid <pid>` for itself and for each generation below it, and works until it is ended.
 *
 * node tree.mjs <generations> [stubborn | stubborn-below | leaves | plain]
 * stubborn: nobody goes at TERM; stubborn-below: only the first does; leaves: the first ends by itself with success.
 */
import { spawn } from 'node:child_process';

const [generations, manner = 'plain'] = process.argv.slice(2);
if (manner === 'stubborn') process.on('SIGTERM', () => undefined);
setInterval(() => undefined, 1_000);

const below = Number(generations) - 1;
if (below > 0) {
  const manners = { 'stubborn': 'stubborn', 'stubborn-below': 'stubborn' };
  const child = spawn(process.execPath, [process.argv[1], String(below), manners[manner] ?? 'plain'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = 0;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    told += text.split('\n').length - 1;
    if (told === below && manner === 'leaves') process.stdout.write('', () => process.exit(0));
  });
}
process.stdout.write(`pid ${process.pid}\n`);
