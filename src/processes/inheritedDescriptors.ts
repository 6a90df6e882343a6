import { readdirSync, readFileSync } from 'node:fs';

const CLOSE_ON_EXEC = 0o2_000_000;

/**
 * The descriptors above 3 that a child would get of this process without being given them: what this process was itself started with. They
 * would be a way around every sandbox.
 */
export function inheritedDescriptors(): ReadonlySet<number> {
  const inherited = new Set<number>();
  if (process.platform !== 'linux') return inherited;
  for (const name of readdirSync('/proc/self/fdinfo')) {
    if (Number(name) <= 3) continue;
    try {
      const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'latin1'))?.[1] ?? '';
      if ((parseInt(flags, 8) & CLOSE_ON_EXEC) === 0) inherited.add(Number(name));
    } catch {
      // It was that of the listing itself.
    }
  }
  return inherited;
}
