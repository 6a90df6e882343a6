import { setImmediate } from 'node:timers/promises';
import { look, type Look } from './look.js';
import { marks } from './marks.js';
import { processOf, type ProcessSeen } from './processOf.js';
import { signalGroup } from './signalGroup.js';

/** Looks that are taken at most, where those who are looked at come and go. */
const ROUNDS = 10;

/** Milliseconds in which those are frozen who start others all the time. */
const CHASE = 100;

/** Who is there of a family. */
export interface Relatives {
  readonly members: readonly ProcessSeen[];
  /** What watches over programs that a member has started; it ends by itself. */
  readonly guards: readonly ProcessSeen[];
}

/** A program and all that it has started, wherever that went. */
export interface Family {
  /** Looks who is there; never rejects. Whoever is seen is known from then on, when those above have gone, too. */
  find(): Promise<Relatives>;
  /** Sends TERM to each and to the groups they are in. @param sparesFirst - leaves out the program itself, where it is not alone */
  term(sparesFirst: boolean): Promise<void>;
  /**
   * Stops all of them before any is ended, so that nobody starts another meanwhile, and ends them.
   *
   * @param guardsToo - ends these as well @defaultValue false
   */
  kill(guardsToo?: boolean): Promise<void>;
}

let shared: Promise<Look> | undefined;

/** One look at all processes serves everybody who asks in the same turn. */
const lookSoon = (): Promise<Look> => shared ??= setImmediate().then(() => {
  shared = undefined;
  return look();
});

/**
 * Keeps in sight what a program has started, also in groups and sessions of its own: who bears the program's mark, whoever one of these has
 * started, and all of their groups and sessions, which nobody else can join. Off Linux only the program's group can be asked, and stands
 * for its members.
 *
 * @param pid - the program, which leads a session of its own
 */
export function createFamily(pid: number, mark: string): Family {
  const first = firstOf(pid);
  if (first === undefined) return familyOfGroup(pid);
  let known: ReadonlyMap<number, ProcessSeen> = new Map([[pid, first]]);
  const guard = marks.guardOf(mark);
  let guards: ReadonlyMap<number, ProcessSeen> = new Map();
  /** Whether the number of the group is surely still the program's. */
  let isOwnGroup = true;

  function note(now: Look): Relatives {
    // What is older than the program was not started by it.
    const younger = now.processes.filter((each) => each.start >= first!.start && each.pid !== process.pid)
      // Who started others is told before them: a shell whose child ends first takes that for the end of its work.
      .sort((one, other) => one.start - other.start || one.pid - other.pid);
    const watching = new Map(younger.filter((each) => now.markOf(each.pid) === guard).map((each) => [each.pid, each]));
    const members = new Map<number, ProcessSeen>();
    const groups = new Set<number>(isOwnGroup ? [pid] : []);
    const add = (each: ProcessSeen): void => {
      members.set(each.pid, each);
      groups.add(each.group).add(each.session);
    };
    for (const each of younger) if (!watching.has(each.pid) && (isAmong(known, each) || now.markOf(each.pid) === mark)) add(each);
    for (let before = -1; before !== members.size;) {
      before = members.size;
      for (const each of younger) {
        if (members.has(each.pid) || watching.has(each.pid)) continue;
        if (members.has(each.parent) || groups.has(each.group) || groups.has(each.session)) add(each);
      }
    }
    known = new Map(younger.flatMap((each) => members.has(each.pid) ? [[each.pid, each]] : []));
    guards = watching;
    // With its last member the number of a group becomes free for others.
    isOwnGroup &&= [...members.values()].some(({ group, session }) => group === pid || session === pid);
    return lastSeen();
  }

  const lastSeen = (): Relatives => ({ members: [...known.values()], guards: [...guards.values()] });

  /** Where nobody can be seen, for want of a descriptor, those count as there who were. */
  async function find(): Promise<Relatives> {
    try {
      for (let round = 1; ; round++) {
        const now = await lookSoon();
        const relatives = note(now);
        if (relatives.members.length > 0 || now.isSure() || round >= ROUNDS) return relatives;
      }
    } catch {
      return lastSeen();
    }
  }

  /** Stops each as soon as it is met, until nobody is met any more. */
  function freeze(): void {
    const stopped = new Set<number>();
    const end = performance.now() + CHASE;
    for (let before = -1; before !== stopped.size && performance.now() < end;) {
      before = stopped.size;
      const stop = (each: ProcessSeen): void => {
        if (stopped.has(each.pid)) return;
        stopped.add(each.pid);
        send([each], 'SIGSTOP');
      };
      const now = look((each, markOfIt) => {
        if (each.start >= first!.start && markOfIt() === mark) stop(each);
      });
      note(now).members.forEach(stop);
      if (!now.isSure()) before = -1;
    }
  }

  const send = (members: readonly ProcessSeen[], signal: NodeJS.Signals): void => {
    // What has joined from another system of processes has no group here, and 0 and 1 would mean ourselves and everybody.
    for (const each of members) if (each.group <= 1) signalOne(each.pid, signal);
    for (const group of new Set(members.map((each) => each.group))) if (group > 1) signalGroup(group, signal);
  };

  return {
    find,

    async term(sparesFirst) {
      const { members } = await find();
      const others = members.filter((each) => each.pid !== pid);
      if (!sparesFirst || others.length === 0) send(members, 'SIGTERM');
      else for (const each of others) signalOne(each.pid, 'SIGTERM');
    },

    async kill(guardsToo = false) {
      try {
        freeze();
      } catch {
        // Those who were seen before are ended all the same.
      }
      send([...known.values(), ...guardsToo ? guards.values() : []], 'SIGKILL');
      await find();
    },
  };
}

const isAmong = (known: ReadonlyMap<number, ProcessSeen>, each: ProcessSeen): boolean => known.get(each.pid)?.start === each.start;

/** The program itself, or nothing where the system does not tell. */
function firstOf(pid: number): ProcessSeen | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return processOf(pid);
  } catch {
    return undefined;
  }
}

function familyOfGroup(group: number): Family {
  const leader = { pid: group, parent: process.pid, group, session: group, start: 0 };
  return {
    find: () => Promise.resolve({ members: signalGroup(group, 0) ? [leader] : [], guards: [] }),
    term: () => Promise.resolve(void signalGroup(group, 'SIGTERM')),
    kill: () => Promise.resolve(void signalGroup(group, 'SIGKILL')),
  };
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}
