/** Each with what stays of it. Nothing here looks at a character more than a few times, whatever the text. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  // The user and password of a URL.
  [/\/\/[^\s/@?#]{1,500}@/g, '//…@'],
  [/\b(Bearer) +[^\s"',;]{4,}/gi, '$1 …'],
  // These are words too, such as in "Basic authentication is required".
  [/\b(Basic|Token) +(?=[^\s"',;]{0,15}[\d=]|[^\s"',;]{16})[^\s"',;]{4,}/gi, '$1 …'],
  [/(authorization["']?[:=] ?["']?)(\w{1,20} )?[^\s"',;&…]{4,}/gi, '$1$2…'],
  [/((?:key|token|secret|password|passwd|signature)["']?[:=] ?["']?)(?!(?:Bearer|Basic|Token) )[^\s"',;&…]{4,}/gi, '$1…'],
  // What the keys of well-known services begin with.
  [/\b(sk|pk|rk|gh[opsru]|github_pat|glpat|xox[abeprs]|npm|hf|gsk|key)[-_][\w-]{12,}/g, '$1-…'],
  [/\b(AKIA|ASIA|AIza|eyJ)[\w.-]{12,}/g, '$1…'],
];

/**
 * A text of somebody else's, such as a provider's or the network's error, without what looks like a secret: credentials in a URL, an
 * Authorization header, `api_key=…`, a key of a well-known service; and without what is known to be one.
 *
 * What a secret looks like cannot be known for sure. It is for words that come from outside; our own name no secret in the first place.
 *
 * @param known - secrets that must not stand in it; those below eight characters are not looked for, since they may be words
 */
export function withoutSecrets(text: string, known: readonly unknown[] = []): string {
  let safe = text;
  for (const secret of known) if (typeof secret === 'string' && secret.length >= 8) safe = safe.replaceAll(secret, '…');
  // What fetch says of a header that cannot be: all of it, whatever characters are in it.
  const [from, to] = [safe.indexOf('Headers.'), safe.lastIndexOf(' is an invalid header')];
  if (from >= 0 && to > from) safe = `${safe.slice(0, from)}a header${safe.slice(to)}`;
  for (const [pattern, rest] of SECRETS) safe = safe.replace(pattern, rest);
  return safe;
}
