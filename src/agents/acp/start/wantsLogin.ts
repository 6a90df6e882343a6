import { describeRefusal } from '../connection/describeRefusal.js';

/** Whether an agent's error is about a login: by the protocol's code for it, or by the words, as not every agent knows the code. */
export const wantsLogin = (error: unknown): boolean => (Object(error) as { code?: unknown }).code === -32_000
  || /\b(auth\w*|unauthori[sz]ed|log(ged)?[ -]?in|sign(ed)?[ -]?in|api[ -]?key|credentials?)\b/i.test(describeRefusal(error));
