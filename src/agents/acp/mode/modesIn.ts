import type { SessionUpdate } from '@agentclientprotocol/sdk';

/** The modes of a session, as the agent told them. */
export interface Modes {
  readonly current: string;
  readonly all: readonly Mode[];
  /** The option by which they are set, where the agent offers them as one. */
  readonly configId: string | undefined;
}

/** A mode that an agent offers. */
export interface Mode {
  readonly id: string;
  readonly name: string;
}

/**
 * The modes in what an agent answers or tells: its option of the category `mode`, whose setting is answered with what it is then, or else
 * its modes.
 */
export function modesIn(told: unknown): Modes | undefined {
  const { modes, configOptions } = Object(told) as { modes?: unknown; configOptions?: unknown };
  for (const option of listOf(configOptions)) {
    const { id, category, type, currentValue, options } = option;
    if (category !== 'mode' || (type ?? 'select') !== 'select' || typeof id !== 'string' || typeof currentValue !== 'string') continue;
    const values = listOf(options).flatMap((each) => each['options'] === undefined ? [each] : listOf(each['options']));
    return { current: currentValue, all: values.flatMap((each) => modeOf(each['value'], each['name'])), configId: id };
  }
  const { currentModeId, availableModes } = Object(modes) as { currentModeId?: unknown; availableModes?: unknown };
  if (typeof currentModeId !== 'string') return undefined;
  return { current: currentModeId, all: listOf(availableModes).flatMap((each) => modeOf(each['id'], each['name'])), configId: undefined };
}

/** The mode that an update tells of. */
export const modeOfUpdate = (update: SessionUpdate): string | undefined => update.sessionUpdate === 'current_mode_update'
  ? modesIn({ modes: update })?.current
  : update.sessionUpdate === 'config_option_update' ? modesIn(update)?.current : undefined;

const listOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.map((each) => Object(each) as Readonly<Record<string, unknown>>) : [];

const modeOf = (id: unknown, name: unknown): readonly Mode[] =>
  typeof id === 'string' ? [{ id, name: typeof name === 'string' ? name : id }] : [];
