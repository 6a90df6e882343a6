import type { StoreOwner } from '../../core/store.js';
import { moment, oneLine } from './words.js';

/** Who owns a store, in a few words. */
export function ownerText(owner: StoreOwner | undefined): string {
  if (owner === undefined) return "nobody's";
  const { holder, since, isAlive } = owner;
  const who = `${oneLine(holder)} since ${moment(since)}`;
  return isAlive ? `owned by ${who}` : `nobody's: it was owned by ${who}, which ended without closing it`;
}
