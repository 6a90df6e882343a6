import type { Brief } from '../core/brief.js';

/** A brief as a child is given it: what the whole goes on with is a task of its own scope, and no child of this one. */
export function anew<B extends Brief>(brief: B): B {
  if (brief.follow_up === undefined) return brief;
  const { follow_up, ...asked } = brief;
  return asked as B;
}
