import type { Script, Turn } from './script.js';

/** A script of so many turns, one for each request; the last one goes on for ever. */
export function inTurn(...turns: readonly [Turn, ...Turn[]]): Script {
  return ({ index }) => turns[Math.min(index, turns.length - 1)]!;
}
