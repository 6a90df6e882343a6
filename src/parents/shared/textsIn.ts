/** The texts of an answer that may have pictures and files beside them: those are not looked at. */
export const textsIn = (answer: unknown): unknown => Array.isArray(answer)
  ? answer.map((part) => (Object(part) as { readonly text?: unknown }).text).filter((text) => typeof text === 'string').join('\n')
  : answer;
