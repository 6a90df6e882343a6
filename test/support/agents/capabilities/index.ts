import type { AgentCapability } from '../capability.js';
import { allowed } from './allowed.js';
import { byHand } from './byHand.js';
import { cancelHanging, cancelShell } from './cancel.js';
import { followUpAfterCancel, followUpAfterCancelAlive, followUpAlive, followUpAnew } from './followUp.js';
import { kill } from './kill.js';
import { noLogin } from './noLogin.js';
import { readsOutside, writesOutside } from './outside.js';
import { refused } from './refused.js';
import { refusedByProvider } from './refusedByProvider.js';
import { start } from './start.js';
import { steer, twoMessages } from './steer.js';

/** The rows of the matrix, in their order. */
export const capabilities: readonly AgentCapability[] = [
  start,
  allowed,
  refused('edit', 'edits nothing unasked (`allow: []`)'),
  refused('run', 'runs nothing unasked (`allow: []`)'),
  byHand,
  writesOutside,
  readsOutside,
  steer,
  twoMessages,
  cancelHanging,
  cancelShell,
  kill,
  followUpAlive,
  followUpAnew,
  followUpAfterCancelAlive,
  followUpAfterCancel,
  noLogin,
  refusedByProvider(401, 'the key is not valid here'),
  refusedByProvider(429, 'too many requests for today'),
  refusedByProvider(500, 'the engine fell over'),
];
