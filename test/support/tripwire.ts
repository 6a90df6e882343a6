import { afterAll, afterEach } from '@jest/globals';
import { runInThisContext } from 'node:vm';

/*
 * Turns red every test during or after which the process met trouble that no assertion looks at: an unhandled
 * rejection, an uncaught exception, or a warning (a listener leak, a deprecation).
 *
 * Jest gives specs a copy of `process` whose events never fire, under every name by which a spec can ask for it
 * (`import 'node:process'` and `getBuiltinModule` too), so the real one is taken from outside their context.
 * Jest by itself fails a test for some rejections and exceptions, for no warning, and for nothing that comes late.
 * The timer functions are kept at load: a spec that installs fake timers must not hold up the check.
 */
const realProcess = runInThisContext('process') as NodeJS.Process;
const { setImmediate: nextTurn, setTimeout: nextTimer } = globalThis;

let trouble: string[] = [];

const note = (kind: string) => (cause: unknown) => {
  trouble.push(`${kind}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
};
const onRejection = note('unhandledRejection');
const onException = note('uncaughtException');
const noteWarning = note('process warning');
const onWarning = (warning: Error) => {
  // Of Jest's way to run modules, and of the SQLite that Node 22 brings along.
  const isKnown = warning.name === 'ExperimentalWarning' && /^(VM Modules|SQLite) /.test(warning.message);
  if (!isKnown) noteWarning(warning);
};

realProcess.on('unhandledRejection', onRejection);
realProcess.on('uncaughtException', onException);
realProcess.on('warning', onWarning);

/** Rejections and warnings surface within the turn; RxJS reports a throwing observer by a timer, so that must fire too. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => nextTimer(resolve, 1));
  await new Promise<void>((resolve) => nextTurn(resolve));
}

async function check(where: string): Promise<void> {
  await settle();
  if (trouble.length === 0) return;
  const seen = trouble;
  trouble = [];
  throw new Error(`Tripwire: the process met trouble ${where}.\n\n${seen.join('\n\n')}`);
}

afterEach(() => check('during this test, or after the one before it'));

afterAll(async () => {
  try {
    await check('after the last test of this file');
  } finally {
    realProcess.off('unhandledRejection', onRejection);
    realProcess.off('uncaughtException', onException);
    realProcess.off('warning', onWarning);
  }
});
