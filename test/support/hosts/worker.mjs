/**
 * A child for hosts to start: prints what it is asked and what it is told, and ends after so many seconds, or when a file is there.
 *
 * node worker.mjs <file to note its pid in> <seconds | file to wait for>
 */
import { appendFileSync, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [file, until] = process.argv.slice(2);
appendFileSync(file, `${process.pid}\n`);
createInterface({ input: process.stdin }).on('line', (words) => process.stdout.write(`heard ${words}\n`));
const end = () => process.stdout.write('the work is done\n', () => process.exit(0));
const look = () => { setTimeout(existsSync(until) ? end : look, 20); };
if (Number.isNaN(Number(until))) look();
else setTimeout(end, Number(until) * 1_000);
