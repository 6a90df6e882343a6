import { describe, expect, it } from '@jest/globals';
import { syscallFilter } from '../../../src/processes/sandbox/syscallFilter.js';

const ALLOWED = 'allowed';
const PROCESSORS = { x64: 0xc000_003e, arm64: 0xc000_00b7, riscv64: 0xc000_00f3 } as const;
type Processor = keyof typeof PROCESSORS;

/** Runs a filter as the kernel does (those of its instructions that are used) on one call. */
function verdict(processor: Processor, number: number, args: readonly number[] = [], name: number = PROCESSORS[processor]): string {
  const filter = syscallFilter(processor);
  const program = new DataView(filter.buffer);
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number, true);
  data.setUint32(4, name, true);
  for (const [n, value] of args.entries()) data.setBigUint64(16 + 8 * n, BigInt.asUintN(64, BigInt(value)), true);
  let register = 0;
  for (let at = 0; at * 8 < filter.length; at++) {
    const [code, yes, no, k] = [
      program.getUint16(at * 8, true), program.getUint8(at * 8 + 2), program.getUint8(at * 8 + 3), program.getUint32(at * 8 + 4, true),
    ];
    switch (code) {
      case 0x20: register = data.getUint32(k, true); break;
      case 0x15: at += register === k ? yes : no; break;
      case 0x35: at += register >= k ? yes : no; break;
      case 0x45: at += (register & k) !== 0 ? yes : no; break;
      case 0x06: return k === 0x7fff_0000 ? ALLOWED : k === 0x8000_0000 ? 'ended' : `refused: ${k & 0xffff}`;
      default: throw new Error(`An instruction that is not known: ${code}`);
    }
  }
  throw new Error('It ran over its end.');
}

/** Numbers from the kernel's headers: x86-64, and those that arm64 and riscv64 share. */
const NUMBERS = {
  fchmod: [91, 52], fchmodat: [268, 53], fchmodat2: [452, 452], openat: [257, 56], openat2: [437, 437], mknodat: [259, 33],
  clone: [56, 220], clone3: [435, 435], unshare: [272, 97], socket: [41, 198],
  ioctl: [16, 29], keyctl: [250, 219], add_key: [248, 217], request_key: [249, 218],
  syslog: [103, 116], io_uring_setup: [425, 425], bpf: [321, 280], perf_event_open: [298, 241], read: [0, 63], mkdirat: [258, 34],
} as const;
const CREATE = 0o100 | 1;

describe.each(Object.keys(PROCESSORS) as Processor[])('the filter of system calls on %s', (processor) => {
  it.each<[keyof typeof NUMBERS, readonly number[], string]>([
    ['fchmod', [3, 0o755], ALLOWED], ['fchmod', [3, 0o4755], 'refused: 1'], ['fchmod', [3, 0o2755], 'refused: 1'],
    ['fchmodat', [-100, 0, 0o1777], ALLOWED], ['fchmodat', [-100, 0, 0o4711], 'refused: 1'], ['fchmodat2', [-100, 0, 0o6755], 'refused: 1'],
    ['openat', [-100, 0, CREATE, 0o644], ALLOWED], ['openat', [-100, 0, CREATE, 0o4755], 'refused: 1'],
    // Where no file is made the mode is whatever was there.
    ['openat', [-100, 0, 0, 0o4755], ALLOWED], ['openat', [-100, 0, 0o20_200_002, 0o4755], 'refused: 1'], ['openat2', [], 'refused: 38'],
    ['mknodat', [-100, 0, 0o104755], 'refused: 1'], ['mknodat', [-100, 0, 0o10644], ALLOWED], ['mkdirat', [-100, 0, 0o2755], ALLOWED],
    ['clone', [0x3d0f00], ALLOWED], ['clone', [0x1000_0011], 'refused: 1'], ['clone3', [], 'refused: 38'],
    ['unshare', [0x200], ALLOWED], ['unshare', [0x1002_0000], 'refused: 1'],
    ['socket', [1, 1], ALLOWED], ['socket', [2, 1], ALLOWED], ['socket', [10, 2], ALLOWED], ['socket', [16, 3], ALLOWED],
    ['socket', [40, 1], 'refused: 97'], ['socket', [17, 3], 'refused: 97'], ['socket', [38, 5], 'refused: 97'],
    ['ioctl', [0, 0x5401], ALLOWED], ['ioctl', [0, 0x5412], 'refused: 1'], ['ioctl', [0, 0x1_0000_5412], 'refused: 1'],
    ['keyctl', [0], 'refused: 1'], ['add_key', [], 'refused: 1'], ['request_key', [], 'refused: 1'], ['syslog', [3], 'refused: 1'],
    ['io_uring_setup', [], 'refused: 38'], ['bpf', [], 'refused: 1'], ['perf_event_open', [], 'refused: 1'], ['read', [0], ALLOWED],
  ])('should answer %s %p with: %s', (call, args, answer) => {
    expect(verdict(processor, NUMBERS[call][processor === 'x64' ? 0 : 1], args)).toBe(answer);
  });

  it('should end a program for another processor', () => {
    for (const other of [0x4000_0003, 0x4000_0028, 0]) expect(verdict(processor, 0, [], other)).toBe('ended');
  });
});

describe('the filter of system calls', () => {
  it('should know the older calls of x64, and end its 32-bit forms', () => {
    expect([verdict('x64', 90, [0, 0o755]), verdict('x64', 90, [0, 0o4755])]).toEqual([ALLOWED, 'refused: 1']);
    expect([verdict('x64', 2, [0, CREATE, 0o2755]), verdict('x64', 85, [0, 0o4755]), verdict('x64', 133, [0, 0o4755])])
      .toEqual(['refused: 1', 'refused: 1', 'refused: 1']);
    expect(verdict('x64', 0x4000_0000 | 90, [0, 0o755])).toBe('ended');
  });

  it('should say so on a processor that it does not know, so that nothing runs unfiltered', () => {
    expect(() => syscallFilter('ppc64')).toThrow(/x64, arm64, riscv64, and not those of ppc64/);
  });
});
