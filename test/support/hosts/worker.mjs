/**
 * A child for hosts to start: prints what it is asked and what it is told, and ends after so many seconds.
 *
 * node worker.mjs <file to note its pid in> <seconds>
 */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [file, seconds] = process.argv.slice(2);
appendFileSync(file, `${process.pid}\n`);
createInterface({ input: process.stdin }).on('line', (words) => process.stdout.write(`heard ${words}\n`));
setTimeout(() => process.stdout.write('the work is done\n', () => process.exit(0)), Number(seconds) * 1_000);
