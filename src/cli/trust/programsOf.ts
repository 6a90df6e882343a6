import { presets } from '../../agents/acp/presets.js';
import { checkConfig } from '../config/checkConfig.js';
import type { Source } from '../config/readSource.js';

/** Lines of the longest list that anybody reads. */
const SHOWN = 30;

/** What a config would run and whom it would ask: a line for each, for a person to judge. Nothing in it can move the cursor. */
export function programsOf(source: Source): readonly string[] {
  const { agents } = Object(checkConfig(source).value) as { readonly agents?: unknown };
  const lines = Object.entries(Object(agents) as Record<string, unknown>).flatMap(([name, config]) => {
    const { preset, command, args, baseURL, sandbox, mcpServers } = Object(config) as Readonly<Record<string, unknown>>;
    const known = presets[preset as keyof typeof presets] as (typeof presets)['opencode'] | undefined;
    const words = command ?? known?.command ?? baseURL;
    const own = [words, ...Array.isArray(args) ? args as unknown[] : known?.args ?? []];
    const beside = [(Object(sandbox) as { program?: unknown }).program, ...Object.values(Object(mcpServers) as object)
      .map((server) => (Object(server) as { command?: unknown; url?: unknown }).command ?? (Object(server) as { url?: unknown }).url)];
    const all = [own, ...beside.filter((each) => each !== undefined).map((each) => [each])];
    return all.map((each) => `  ${asWord(name)}: ${each.map(asWord).join(' ')}`);
  });
  return lines.length > SHOWN ? [...lines.slice(0, SHOWN), `  and ${lines.length - SHOWN} more`] : lines;
}

/** As JSON where it is more than a plain word; cut where it is long. */
function asWord(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value) as string | undefined ?? 'nothing';
  const cut = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  if (/^[\w./:@%+=,{}-]+$/.test(cut)) return cut;
  // Whatever is no plain ASCII is spelled out.
  return JSON.stringify(cut).replace(/[^\x20-\x7e…]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
