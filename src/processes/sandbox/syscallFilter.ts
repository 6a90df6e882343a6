import { NotStartedError } from '../../core/errors.js';

/** What a system call is answered with. */
const [PERM, NOSYS, AFNOSUPPORT] = [1, 38, 97];
const [ALLOW, ERRNO, KILL] = [0x7fff_0000, 0x5_0000, 0x8000_0000];

/** Setuid and setgid, among the bits of a mode. */
const SET_ID = 0o6000;
/** That a file is made, by name or without one. */
const CREATES = 0o100 | 0o20_000_000;
const NEW_USER_NAMESPACE = 0x1000_0000;
/** None, unix, IPv4, IPv6, netlink: those that stay within a network namespace. The socket of a virtual machine (vsock) does not. */
const FAMILIES = [0, 1, 2, 10, 16];
/** What types into a terminal. */
const TYPING = [0x5412, 0x541c];

type Instruction = readonly [code: number, jumpIf: number, jumpElse: number, value: number];

const load = (offset: number): Instruction => [0x20, 0, 0, offset];
/** The lower half of an argument; no call here takes more of it. */
const loadArgument = (n: number): Instruction => load(16 + 8 * n);
const answer = (value: number): Instruction => [0x06, 0, 0, value];
const refuse = (errno: number): Instruction => answer(ERRNO | errno);
const unlessEqual = (value: number, skipped: number): Instruction => [0x15, 0, skipped, value];
const unlessAnyOf = (bits: number, skipped: number): Instruction => [0x45, 0, skipped, bits];

const ifAnyOf = (argument: number, bits: number, errno: number): readonly Instruction[] =>
  [loadArgument(argument), unlessAnyOf(bits, 1), refuse(errno), answer(ALLOW)];
const ifMadeWith = (flags: number, mode: number): readonly Instruction[] =>
  [loadArgument(flags), unlessAnyOf(CREATES, 3), loadArgument(mode), unlessAnyOf(SET_ID, 1), refuse(PERM), answer(ALLOW)];
const isOneOf = (argument: number, values: readonly number[], then: Instruction, otherwise: Instruction): readonly Instruction[] =>
  [loadArgument(argument), ...values.flatMap((value) => [unlessEqual(value, 1), then]), otherwise];

/** What each call may do. Those that hand over a mode or flags by an address cannot be looked into, and have older forms that can. */
const RULES = {
  chmod: ifAnyOf(1, SET_ID, PERM), fchmod: ifAnyOf(1, SET_ID, PERM),
  fchmodat: ifAnyOf(2, SET_ID, PERM), fchmodat2: ifAnyOf(2, SET_ID, PERM),
  mknod: ifAnyOf(1, SET_ID, PERM), mknodat: ifAnyOf(2, SET_ID, PERM), creat: ifAnyOf(1, SET_ID, PERM),
  open: ifMadeWith(1, 2), openat: ifMadeWith(2, 3), openat2: [refuse(NOSYS)],
  // It would do all of these without a call that is seen here.
  io_uring_setup: [refuse(NOSYS)], io_uring_enter: [refuse(NOSYS)], io_uring_register: [refuse(NOSYS)],
  clone: ifAnyOf(0, NEW_USER_NAMESPACE, PERM), unshare: ifAnyOf(0, NEW_USER_NAMESPACE, PERM), clone3: [refuse(NOSYS)],
  // Keys, the log and what is measured belong to no namespace.
  keyctl: [refuse(PERM)], add_key: [refuse(PERM)], request_key: [refuse(PERM)],
  syslog: [refuse(PERM)], bpf: [refuse(PERM)], perf_event_open: [refuse(PERM)],
  socket: isOneOf(0, FAMILIES, answer(ALLOW), refuse(AFNOSUPPORT)),
  ioctl: isOneOf(1, TYPING, refuse(PERM), answer(ALLOW)),
} satisfies Record<string, readonly Instruction[]>;

type Numbers = Partial<Record<keyof typeof RULES, number>>;

/** Calls that are younger than the habit of numbering them differently. */
const YOUNG: Numbers = { fchmodat2: 452, openat2: 437, io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427, clone3: 435 };
const COMMON: Numbers = {
  ...YOUNG, fchmod: 52, fchmodat: 53, mknodat: 33, openat: 56, clone: 220, unshare: 97, keyctl: 219, add_key: 217, request_key: 218,
  syslog: 116, bpf: 280, perf_event_open: 241, socket: 198, ioctl: 29,
};

/** What each kind of processor is called by the kernel, and its numbers. */
const PROCESSORS: Partial<Record<NodeJS.Architecture, readonly [name: number, numbers: Numbers]>> = {
  x64: [0xc000_003e, {
    ...YOUNG, chmod: 90, fchmod: 91, fchmodat: 268, mknod: 133, mknodat: 259, creat: 85, open: 2, openat: 257, clone: 56, unshare: 272,
    keyctl: 250, add_key: 248, request_key: 249, syslog: 103, bpf: 321, perf_event_open: 298, socket: 41, ioctl: 16,
  }],
  arm64: [0xc000_00b7, COMMON],
  riscv64: [0xc000_00f3, COMMON],
};

/**
 * What a confined program may ask of the kernel, as a program for its filter (seccomp): all that it may ask anyway, but to leave a setuid
 * or setgid file, to make a user namespace, and to reach what belongs to no namespace, such as keys. A program for another kind of
 * processor, 32 bits included, is ended.
 *
 * @throws NotStartedError on a processor whose calls are not known
 */
export function syscallFilter(processor: NodeJS.Architecture = process.arch): Uint8Array {
  const known = PROCESSORS[processor];
  if (known === undefined) {
    throw new NotStartedError(
      `The sandbox knows the system calls of ${Object.keys(PROCESSORS).join(', ')}, and not those of ${processor}. Use docker instead.`,
    );
  }
  const [name, numbers] = known;
  const program: readonly Instruction[] = [
    load(4), [0x15, 1, 0, name], answer(KILL),
    // From here on are the 32-bit forms of x86-64.
    load(0), [0x35, 0, 1, 0x4000_0000], answer(KILL),
    ...Object.entries(RULES).flatMap(([call, rule]) => {
      const number = numbers[call as keyof typeof RULES];
      return number === undefined ? [] : [unlessEqual(number, rule.length), ...rule];
    }),
    answer(ALLOW),
  ];
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  for (const [n, [code, jumpIf, jumpElse, value]] of program.entries()) {
    bytes.setUint16(n * 8, code, true);
    bytes.setUint8(n * 8 + 2, jumpIf);
    bytes.setUint8(n * 8 + 3, jumpElse);
    bytes.setUint32(n * 8 + 4, value, true);
  }
  return new Uint8Array(bytes.buffer);
}
