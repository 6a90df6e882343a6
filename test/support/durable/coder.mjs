/**
 * A program that works in steps and writes down which of them are done, as coding CLIs keep their sessions. It prints the id of its session
 * as a line of JSON.
 *
 * coder.mjs <file> <steps> [hang at step] [--resume <id>]
 */
import { appendFileSync, readFileSync } from 'node:fs';

const [file, steps, hangs = '0', , id = `session-${process.pid}`] = process.argv.slice(2);
const note = (words) => appendFileSync(file, `${words}\n`);
const known = (() => { try { return readFileSync(file, 'utf8'); } catch { return ''; } })();
const asked = readFileSync(0, 'utf8').trim();

note(`${process.argv.includes('--resume') ? 'resumed' : 'began'} ${id} ${process.pid} ${asked.replaceAll('\n', ' ')}`);
process.stdout.write(`${JSON.stringify({ session: id })}\n`);
for (let n = 1; n <= Number(steps); n++) {
  if (known.includes(`${id} did ${n}\n`)) continue;
  note(`${id} did ${n}`);
  process.stdout.write(`step ${n}\n`);
  if (n === Number(hangs)) {
    setInterval(() => undefined, 60_000);
    await new Promise(() => undefined);
  }
}
process.stdout.write(`did ${steps} steps\n`);
