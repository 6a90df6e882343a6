// An ACP agent that acts out a play, given as JSON in its first argument: a process of its own, built with the SDK.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { agent, ndJsonStream, RequestError } from '@agentclientprotocol/sdk';

const play = JSON.parse(process.argv[2] ?? '{}');
const note = (words) => { if (play.journal) appendFileSync(play.journal, `${words}\n`); };

/** Whether something that begins so has been noted, here or by the test. */
const noted = (words) => readFileSync(play.journal, 'utf8').split('\n').some((line) => line.startsWith(words));

note(`pid ${process.pid}`);
if (play.ignoreTerm) process.on('SIGTERM', () => note('TERM'));
if (play.exitAtOnce !== undefined) {
  process.stderr.write('no config found\n');
  process.exit(play.exitAtOnce);
}

let sessions = 0;
let turns = 0;
let heard = 0;
/** What each session remembers, and its turn in progress. */
const known = new Map();
const stored = () => { try { return JSON.parse(readFileSync(play.store, 'utf8')); } catch { return {}; } };
const remember = (id) => {
  if (play.store) writeFileSync(play.store, JSON.stringify({ ...stored(), [id]: known.get(id).memory }));
};

const raw = (text) => new Promise((resolve) => { process.stdout.write(text, resolve); });
const never = () => new Promise(() => setInterval(() => undefined, 60_000));
const reported = (current) => ({
  ...(play.modes?.by ?? 'modes') !== 'config' && { modes: { currentModeId: current, availableModes: play.modes.ids.map((id) => ({ id, name: id })) } },
  ...(play.modes?.by ?? 'modes') !== 'modes' && { configOptions: [
    { id: 'model', name: 'Model', category: 'model', type: 'select', currentValue: 'auto', options: [{ value: 'auto', name: 'auto' }] },
    { id: 'how', name: 'Mode', category: 'mode', type: 'select', currentValue: current, options: play.modes.ids.map((value) => ({ value, name: value })) },
  ] },
});
/** The mode of each session, and what is told of it in answer to opening it. */
const modes = new Map();
const opened = (sessionId) => {
  if (!play.modes) return {};
  modes.set(sessionId, play.modes.ids[0]);
  return reported(modes.get(sessionId));
};
const setMode = async (sessionId, id, client) => {
  note(`mode ${id}`);
  if (play.modes.refuses) throw new RequestError(-32603, 'Not now.');
  if (!play.modes.stuck) modes.set(sessionId, id);
  if (play.modes.tells) await tellMode(sessionId, client);
};
const tellMode = (sessionId, client) => client.notify('session/update', {
  sessionId, update: { sessionUpdate: 'current_mode_update', currentModeId: modes.get(sessionId) },
});
const authRequired = () => { if (play.auth && !loggedIn) throw RequestError.authRequired(); };
let loggedIn = false;

const app = agent({ name: 'actor' })
  .onRequest('initialize', async ({ params }) => {
    note(`initialize ${JSON.stringify(params.clientCapabilities)}`);
    if (play.never === 'initialize') await never();
    return {
      protocolVersion: play.version ?? 1,
      agentCapabilities: { loadSession: play.load === true, sessionCapabilities: play.resume ? { resume: {} } : {} },
      authMethods: play.auth ?? play.lateAuth ?? [],
      ...play.agentVersion && { agentInfo: { name: 'actor', version: play.agentVersion } },
    };
  })
  .onRequest('authenticate', async ({ params }) => {
    note(`authenticate ${params.methodId}`);
    if (play.never === 'authenticate') await never();
    loggedIn = true;
    return {};
  })
  .onRequest('session/new', async ({ params }) => {
    note(`new ${params.cwd}`);
    if (play.never === 'session/new') await never();
    authRequired();
    const sessionId = `session-${process.pid}-${++sessions}`;
    known.set(sessionId, { memory: [], turns: [], queue: Promise.resolve() });
    return { sessionId, ...opened(sessionId) };
  })
  .onRequest('session/load', async ({ params: { sessionId }, client }) => {
    note(`load ${sessionId}`);
    const memory = stored()[sessionId];
    if (memory === undefined) throw RequestError.resourceNotFound(sessionId);
    known.set(sessionId, { memory, turns: [], queue: Promise.resolve() });
    const replay = async () => {
      for (const text of memory) {
        await client.notify('session/update', { sessionId, update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: `replayed ${text}` } } });
      }
    };
    if (play.replayLate) setTimeout(replay, 5);
    else await replay();
    return opened(sessionId);
  })
  .onRequest('session/set_mode', async ({ params: { sessionId, modeId }, client }) => {
    await setMode(sessionId, modeId, client);
    return {};
  })
  .onRequest('session/set_config_option', async ({ params: { sessionId, configId, value }, client }) => {
    if (configId !== 'how') throw new RequestError(-32602, 'No such option.');
    await setMode(sessionId, value, client);
    return { configOptions: reported(modes.get(sessionId)).configOptions };
  })
  .onRequest('session/resume', async ({ params: { sessionId } }) => {
    note(`resume ${sessionId}`);
    if (play.resume === 'missing') throw RequestError.methodNotFound('session/resume');
    const memory = stored()[sessionId];
    if (memory === undefined) throw RequestError.resourceNotFound(sessionId);
    known.set(sessionId, { memory, turns: [], queue: Promise.resolve() });
    return opened(sessionId);
  })
  .onNotification('session/cancel', ({ params: { sessionId } }) => {
    note('cancel');
    if (play.ignoreCancel) return;
    for (const turn of known.get(sessionId).turns) turn.stop.abort();
  })
  .onRequest('session/prompt', async ({ params: { sessionId, prompt }, client }) => {
    const text = prompt.map((each) => each.text).join('');
    const session = known.get(sessionId);
    note(`prompt ${text.replaceAll('\n', '⏎')}`);
    const running = session.turns.at(-1);
    if (running !== undefined) {
      if (play.mode === 'refuses') throw new RequestError(-32600, 'A turn is running already.');
      if (play.mode === 'steers') {
        running.hear(text);
        return running.over;
      }
      if (play.mode === 'never') {
        running.hear(text);
        await never();
      }
      if (play.mode === 'early') {
        // The running turn is answered, and goes on as the second.
        running.hear(text);
        running.answerEarly();
        return running.over;
      }
      if (play.mode === 'cancelsFirst') running.stop.abort();
      if (play.mode === 'queues') await session.queue;
    }
    return take(session, sessionId, text, client);
  });

function take(session, sessionId, text, client) {
  const waiting = [];
  let wake = () => undefined;
  const stop = new AbortController();
  const turn = {
    stop,
    heard: () => waiting.length,
    hear: (words) => { waiting.push(words); wake(); },
    next: async () => {
      while (waiting.length === 0 && !stop.signal.aborted) await new Promise((resolve) => { wake = resolve; });
      return waiting.shift();
    },
  };
  stop.signal.addEventListener('abort', () => wake());
  if (play.latency === undefined) session.memory.push(text);
  remember(sessionId);
  session.turns.push(turn);
  const early = new Promise((resolve) => { turn.answerEarly = () => resolve({ stopReason: 'end_turn' }); });
  turn.over = act(session, sessionId, text, client, turn).finally(() => { session.turns = session.turns.filter((each) => each !== turn); });
  session.queue = turn.over.catch(() => undefined);
  return Promise.race([turn.over, early]);
}

async function act(session, sessionId, text, client, turn) {
  const scripts = play.turns ?? [[]];
  const number = turns++;
  const script = scripts[Math.min(number, scripts.length - 1)];
  const update = (body) => client.notify('session/update', { sessionId, update: body });
  const say = (words, messageId) => update({
    sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: words }, ...messageId && { messageId },
  });
  const cancelled = new Promise((resolve) => {
    turn.stop.signal.addEventListener('abort', () => resolve('cancelled'), { once: true });
  });
  const before = [...session.memory];
  if (play.latency !== undefined) {
    // What is cancelled before its model is asked never gets into the conversation. It is not silent meanwhile.
    await update({ sessionUpdate: 'available_commands_update', availableCommands: [] });
    await Promise.race([sleep(play.latency), cancelled]);
    if (turn.stop.signal.aborted && play.drops !== false) return { stopReason: 'cancelled' };
    session.memory.push(text);
  }
  if (play.forgets) turn.stop.signal.addEventListener('abort', () => { session.memory = before; remember(sessionId); });
  const askModel = () => note(`model ${JSON.stringify(session.memory)}`);
  const orRefused = (promise) => promise.catch((error) => ({ refused: error.message, code: error.code }));
  for (const each of script) {
    if (turn.stop.signal.aborted) break;
    const [[order, given]] = Object.entries(each);
    switch (order) {
      case 'say': await say(given, each.id); break;
      case 'sayMany': for (let n = 0; n < given[0]; n++) await say('x'.repeat(given[1])); break;
      case 'echo': await say(text); break;
      case 'memory': await say(session.memory.join(', ')); break;
      case 'model': askModel(); break;
      // Works in so many steps, and takes up at each what it has heard.
      case 'steps':
        for (let n = 0; n < given || turn.heard() > 0; n++) {
          if (turn.stop.signal.aborted) break;
          while (turn.heard() > 0) session.memory.push(await turn.next());
          await Promise.race([sleep(each.pace ?? 10), cancelled]);
          askModel();
          await say(`step ${n}\n`, `step-${number}-${n}`);
        }
        break;
      case 'think': await update({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: given } }); break;
      case 'update': await update(given); break;
      case 'raw': await raw(given); break;
      case 'oversized': await raw(`${JSON.stringify({ jsonrpc: '2.0', method: 'x', params: 'y'.repeat(given) })}\n`); break;
      case 'notify': await client.notify(given, {}); break;
      case 'noted': while (!noted(given)) await sleep(5); break;
      case 'wait': await Promise.race([sleep(given), cancelled]); break;
      case 'forever': await (play.ignoreCancel ? never() : cancelled); break;
      case 'stderr':
        await new Promise((resolve) => { process.stderr.write(given, resolve); });
        note('stderr');
        break;
      case 'exit': process.exit(given); break;
      case 'closeStdout': process.stdout.end(); await never(); break;
      case 'kill': process.kill(process.pid, given); await never(); break;
      case 'pid': await say(String(process.pid)); break;
      case 'env': await say(String(process.env[given])); break;
      case 'cwd': await say(process.cwd()); break;
      case 'fail': throw new RequestError(given.code, given.message, given.data);
      case 'switchMode':
        modes.set(sessionId, given);
        await tellMode(sessionId, client);
        break;
      case 'write': {
        // Asks first, but in modes like those of real agents in which it decides for itself.
        const toolCall = { toolCallId: 'write', title: `Write ${given}`, kind: 'edit' };
        const options = [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }, { optionId: 'no', name: 'No', kind: 'reject_once' }];
        const isAsked = /^(default|read-only|plan)$/.test(modes.get(sessionId) ?? 'default');
        const answer = isAsked ? await client.request('session/request_permission', { sessionId, toolCall, options }) : undefined;
        if (answer === undefined || answer.outcome.optionId === 'yes') writeFileSync(given, 'written');
        await say(answer === undefined ? 'wrote' : `asked, ${answer.outcome.optionId}`);
        break;
      }
      case 'permitLate':
        await cancelled;
        // As one that was on its way when the cancel came.
      case 'permit': {
        const answer = await client.request('session/request_permission', { sessionId, ...given });
        note(`permission ${JSON.stringify(answer.outcome)}`);
        if (!each.quiet) await say(`${answer.outcome.optionId ?? answer.outcome.outcome}\n`);
        break;
      }
      case 'request': {
        const answer = await orRefused(client.request(given.method, { sessionId, ...given.params }));
        note(`answer ${JSON.stringify(answer)}`);
        await say(`${JSON.stringify(answer)}\n`);
        break;
      }
      case 'listen': {
        if (number === 0) await say('ready\n', 'ready');
        else for (const part of text.split('\n\n')) turn.hear(part);
        for (let words = await turn.next(); words !== undefined; words = await turn.next()) {
          if (words === 'end') {
            await say('done', 'last');
            return { stopReason: 'end_turn' };
          }
          await say(`heard ${words}\n`, `heard-${++heard}`);
        }
        break;
      }
      case 'hear': await say(`heard ${await turn.next()}\n`, each.id); break;
      case 'stop': return given;
      default: throw new Error(`Unknown order ${order}`);
    }
  }
  return { stopReason: turn.stop.signal.aborted ? 'cancelled' : 'end_turn' };
}

app.connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
