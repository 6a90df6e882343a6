import { readSource } from '../config/readSource.js';
import { programsOf } from './programsOf.js';
import { setTrust, trustFile } from './trustStore.js';

/** Trusts a config as it stands now, or no more. */
export async function trust(config: string, isToBe: boolean): Promise<void> {
  const source = await readSource(config);
  if (isToBe) console.log(`These are run or asked by whoever uses its agents:\n${programsOf(source).join('\n')}`);
  await setTrust(source, isToBe);
  console.log(isToBe
    ? `Trusted ${source.realPath} until it changes. It is noted in ${trustFile()}; to take it back: sidestream trust --forget`
    : `${source.realPath} is trusted no more.`);
}
