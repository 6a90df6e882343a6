/**
 * Stands between a client and an agent, and writes down every line that either says: what an agent did is then shown, not told.
 *
 * node recorder.mjs <file for what is said> <program> <arguments …>
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const [file, program, ...args] = process.argv.slice(2);
const began = performance.now();
const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });

// A signal is for the whole group: the agent has it too, and this ends with the agent.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => undefined);

function pass(from, to, who) {
  let open = '';
  from.setEncoding('utf8').on('data', (text) => {
    to.write(text);
    const lines = `${open}${text}`.split('\n');
    open = lines.pop();
    for (const line of lines) appendFileSync(file, `${JSON.stringify({ ms: Math.round(performance.now() - began), who, line })}\n`);
  }).on('end', () => to.end());
  to.on('error', () => undefined);
}
pass(process.stdin, child.stdin, 'client');
pass(child.stdout, process.stdout, 'agent');

child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.once('exit', (code, signal) => {
  // What the agent said last is still passed on.
  setTimeout(() => {
    if (signal === null) process.exit(code);
    for (const each of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  }, 20);
});
