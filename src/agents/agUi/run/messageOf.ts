import type { Brief } from '../../../core/brief.js';

/** What is asked, as the words of one user message: AG-UI's own `context` reaches the model of few agents, a message that of all. */
export const messageOf = ({ goal, context }: Brief): string => context === undefined ? goal : `${context}\n\n${goal}`;
