import type { Kind } from '../../core/check.js';
import type { Inbox } from '../../inbox/inbox.js';

/** By its shape, so that an inbox of another copy of this library passes. */
export const AN_INBOX: Kind = [(value) => typeof (value as Partial<Inbox> | null | undefined)?.turn === 'function', 'an inbox'];
