import { customAlphabet } from 'nanoid/non-secure';
import { InvalidArgumentError } from '../../errors.js';
import type { TaskId } from '../../events.js';
import { check, WORDS } from '../../check.js';

/** No `0 o 1 l i`: models and people copy ids. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';
/** Two characters at a time: an id is made for every task. */
const PAIRS = Array.from(ALPHABET, (first) => Array.from(ALPHABET, (second) => first + second)).flat();
export const IDS = PAIRS.length ** 3;

/** The golden section of all ids, and coprime to them: steps of it meet each once, and two that follow each other look nothing alike. */
export const STEP = 548_507_091;

/** So many tries find a free id, unless the generator makes the same ones over and over. */
const TRIES = 100;

const randomDigits = customAlphabet('0123456789', 9);

/** Where the ids of a session begin. */
export const newSeed = (): number => Number(randomDigits()) % IDS;

/**
 * Makes a session's ids: the agent's name in the characters of an id, and a short suffix, in one flat string. From a random start each
 * suffix comes once, so no look-up is needed to keep them apart. They are no secret: what may be seen is decided by the scope.
 *
 * @param isTaken - asked where `generateId` makes the ids
 * @param last - where they go on from
 */
export function createTaskIds(
  generateId: ((agentName: string) => string) | undefined, isTaken: (id: string) => boolean, last = newSeed(),
): (agentName: string) => TaskId {
  if (generateId !== undefined) return (name) => freeId(() => generateId(name), isTaken);
  let named = '';
  let slug = '';
  return (name) => {
    if (name !== named) {
      named = name;
      slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 24).replace(/^-|-$/g, '') || 'agent';
    }
    last = (last + STEP) % IDS;
    const high = Math.floor(last / PAIRS.length);
    const suffix = PAIRS[last % PAIRS.length]! + PAIRS[high % PAIRS.length]! + PAIRS[Math.floor(high / PAIRS.length)]!;
    return [slug, suffix].join('-');
  };
}

function freeId(generate: () => string, isTaken: (id: string) => boolean): TaskId {
  for (let tries = 0; tries < TRIES; tries++) {
    const id = generate();
    check('the id that generateId made', id, WORDS);
    if (!isTaken(id)) return id;
  }
  throw new InvalidArgumentError(`\`generateId\` made ${TRIES} ids that are taken. Expected a new one each time.`);
}
