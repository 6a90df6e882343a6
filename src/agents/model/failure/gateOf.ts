import type { LanguageModel } from '../aiSdk.js';

/** Where all runs of this process wait whose provider has asked one of them for a pause. */
export interface Gate {
  /** Milliseconds until it is open. */
  readonly left: number;
  /** Keeps it closed for so long, if it is not closed for longer already. */
  close(this: void, milliseconds: number): void;
}

/** Milliseconds by which a timer may be early. */
const EARLY = 2;

/** By provider: when its gate opens again, of those that are closed. */
const closed = new Map<string, number>();

/** The gate of a model's provider. */
export function gateOf(model: LanguageModel): Gate {
  const provider = providerOf(model);
  const left = (): number => {
    const time = (closed.get(provider) ?? 0) - performance.now();
    if (time > EARLY) return time;
    closed.delete(provider);
    return 0;
  };
  return {
    get left() { return left(); },
    close(milliseconds) {
      if (milliseconds > left()) closed.set(provider, performance.now() + milliseconds);
    },
  };
}

/** The provider, and where it is, as far as that can be known: two servers that are called alike are two. */
function providerOf(model: LanguageModel): string {
  if (typeof model === 'string') return `name ${model.split('/', 1).join()}`;
  const { provider, config } = model as { readonly provider?: unknown; readonly config?: Place };
  return `model ${String(provider)} ${placeOf(config)}`;
}

/** What providers of the SDK keep of their place, each in its way. */
interface Place {
  readonly baseURL?: unknown;
  readonly url?: unknown;
}

function placeOf(config: Place | undefined): string {
  try {
    const { baseURL, url } = Object(config) as Place;
    return String(typeof url === 'function' ? (url as (of: object) => unknown)({ path: '', modelId: '' }) : baseURL);
  } catch {
    return '';
  }
}
