import type { AuthMethod } from '@agentclientprotocol/sdk';
import { withoutSecrets } from '../../../core/withoutSecrets.js';

/** How to log in. */
export function loginAdvice(file: string, methods: readonly AuthMethod[] | undefined): string {
  if (!Array.isArray(methods) || methods.length === 0) {
    return `Log in with \`${file}\` itself, or pass on the variable with its key (\`env: { NAME: true }\`).`;
  }
  const ways = (methods as readonly AuthMethod[]).map(({ id, name, description }) =>
    `'${id}' (${[name, description].filter((each) => typeof each === 'string' && each !== '').join(': ')})`);
  return `Log in with \`${file}\` itself, pass on the variable with its key (\`env: { NAME: true }\`), or set `
    + `\`authenticate\` to one of its ways: ${withoutSecrets(ways.join(', '))}.`;
}
