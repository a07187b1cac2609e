// What a trap costs, by the way the processor is virtualized. Prices are of the whole operation where the source measured
// the whole (native part included), else in parts: exit (the round trip) + handler + indirect (cache and TLB).
import type { Cost, Costs } from '../host/technology.ts'

/** Adams and Agesen 2006 measured on a Prescott; ELI 2012 on a Nehalem; Dall 2016/17 on a Sandy Bridge. */
type Generation = 'prescott' | 'nehalem' | 'sandy-bridge'

type Range = readonly [low: number, high: number]

/** Half to twice: how far an engineering guess may be off where no row says more. */
const guessed = (value: number): Range => [value / 2, value * 2]

/** A price without a range of its own has one if it is a guess. */
const cycles = (value: number, source: string, measuredOn?: Generation, range?: Range): Cost => {
  const extent = range ?? (source.startsWith('assumption:') ? guessed(value) : undefined)
  return { value, unit: 'cycles', source, measuredOn, ...(extent && { range: extent }) }
}
/** Half to twice as often, but at least once: what is written down did happen. */
const count = (value: number, source: string): Cost => {
  const [least, most] = guessed(value)
  return { value, unit: 'count', source, range: [Math.max(1, least), most] }
}
const share = (value: number, source: string, range: Range): Cost => ({ value, unit: 'cycles/cycle', source, range })

/** CPU-40, CPU-41: none to 9 % slower, by the program. */
const SLOWER: Range = [0, 0.09]
/** From nothing to FpCpu with neither walk caches nor large pages (CPU-76: 1.275 / 1.057). */
const SLOWER_NESTED: Range = [0, 0.21]
/** A native CR3 write may cost as little as nothing, and as much as a whole null hypercall would (CPU-51). */
const CR3_WRITE: Range = [0, 1300]

/** Round trips of VM exit and entry, by generation. */
const roundTrips: Costs = {
  'prescott.roundTrip': cycles(3963, 'CPU-42', 'prescott'),
  'merom.roundTrip': cycles(1579, 'CPU-43'),
  'nehalem.roundTrip': cycles(1009, 'CPU-45', 'nehalem'),
  'sandy-bridge.roundTrip': cycles(784, 'CPU-47', 'sandy-bridge'),
  remainderScale: {
    value: 1,
    unit: 'factor',
    source: 'assumption: handler code takes as many cycles on every generation',
    range: guessed(1),
  },
}

/** The same operations on bare hardware; no trap is caused there, but the work is done. */
const native: Costs = {
  'native.syscall': cycles(242, 'CPU-01', 'prescott'),
  'native.page-fault': cycles(1093, 'CPU-13', 'prescott'),
  'native.page-table-write': cycles(1, 'CPU-19', 'prescott'),
  'native.divide-fault': cycles(889, 'CPU-16', 'prescott'),
  'native.port-io': cycles(3209, 'CPU-04', 'prescott'),
  'native.device-access': cycles(3209, 'CPU-04: a device register answers no faster than the port', 'prescott'),
  'native.interrupt': cycles(
    0,
    'INT-10: on bare metal it is part of the 6,704 cycles a packet that `tcp` pays',
    'nehalem',
  ),
}

/** Every privileged operation traps and is emulated: the classic reference, measured only for rdtsc (CPU-22). */
const trapAndEmulate: Costs = {
  'trap-and-emulate.exit': cycles(2030, 'CPU-22', 'prescott'),
  'trap-and-emulate.guestWork': share(0.04, 'CPU-40: as binary translation; both deprivilege the guest', SLOWER),
  ...parts('trap-and-emulate', {
    syscall: [242, 'CPU-01: the native call, after the trap into the monitor'],
    'page-fault': [3123, 'assumption: the native fault CPU-13 and a second trap CPU-22 to fill the shadow'],
    'page-table-write': [391, 'assumption: the work binary translation does without the trap, CPU-20'],
    'address-space': [400_000, 'assumption: the shadow of a space is made and dropped; order of binary translation'],
    'divide-fault': [889, 'CPU-16: the native fault, after the trap into the monitor'],
    'port-io': [216, 'CPU-05: emulation proper, after the trap'],
    'device-access': [216, 'assumption: dispatch as for a port, CPU-05'],
    notify: [560, 'assumption: wake the host thread, CPU-55'],
    interrupt: [889, 'assumption: delivered like a fault, CPU-16'],
    'msr-write': [216, 'assumption: emulation proper as for a port, CPU-05'],
    cpuid: [216, 'assumption: emulation proper as for a port, CPU-05'],
    hypercall: [516, 'assumption: handler as KVM’s, CPU-51 less CPU-47'],
    halt: [4000, 'assumption: reschedule, and a wake-up by interrupt'],
  }),
}

const binaryTranslation: Costs = {
  'binary-translation.guestWork': share(0.04, 'CPU-40: SPECint 2000 under the software VMM, 4 % slower', SLOWER),
  'binary-translation.syscall': cycles(2308, 'CPU-02', 'prescott'),
  'binary-translation.page-fault': cycles(3927, 'CPU-14', 'prescott'),
  'binary-translation.page-table-write': cycles(391, 'CPU-20', 'prescott'),
  'binary-translation.address-space': cycles(
    543_988,
    'CPU-35: calibrated, what 36.9 s for 40,000 forks leave after their other traps and work; 4 per fork',
    'prescott',
  ),
  'binary-translation.divide-fault': cycles(3223, 'CPU-17', 'prescott'),
  'binary-translation.port-io': cycles(216, 'CPU-05', 'prescott'),
  'binary-translation.device-access': cycles(1254, 'CPU-23: callout-and-emulate', 'prescott'),
  'binary-translation.notify': cycles(1254, 'CPU-23: callout-and-emulate', 'prescott'),
  'binary-translation.interrupt': cycles(3223, 'assumption: an interrupt reaches the guest like a fault, CPU-17'),
  'binary-translation.msr-write': cycles(1254, 'CPU-23: callout-and-emulate', 'prescott'),
  'binary-translation.cpuid': cycles(1254, 'CPU-23: callout-and-emulate', 'prescott'),
  'binary-translation.hypercall': cycles(1254, 'CPU-23: callout-and-emulate', 'prescott'),
  'binary-translation.halt': cycles(5254, 'assumption: callout CPU-23, reschedule, and a wake-up by interrupt'),
}

/** What KVM's and ELI's figures leave after one round trip of the processor they were measured on. */
const KERNEL_HANDLER: Part = [
  1781,
  'CPU-52, CPU-47: exit handled in the host kernel (2,565) less a Sandy Bridge round trip',
]
const INTERRUPT_HANDLER: Part = [
  7877,
  'INT-01, INT-02, CPU-45: 31 % of 2.93 GHz over 102,222 exits/s is 8,886 per exit, less a Nehalem round trip',
]
const INTERRUPT_INDIRECT: Part = [
  1295,
  'INT-01, INT-03, INT-10, INT-21, INT-23, INT-30: guest cycles per packet lost beyond the exits, 2,590 per exit (Netperf) and 0 (Memcached), the mean',
]
const NOTIFY_HANDLER: Part = [560, 'CPU-55: what passes until the host thread is told; the way back is the exit’s']
const HALT_HANDLER: Part = [4000, 'assumption: reschedule, and a wake-up by interrupt']
const HYPERCALL_HANDLER: Part = [516, 'CPU-51, CPU-47: null hypercall (1,300) less a Sandy Bridge round trip']
const CPUID_HANDLER: Part = [1591, 'CPU-60, CPU-45: cpuid in a VM (2,600) less a Nehalem round trip']

/** First generation: shadow paging, on a Prescott. */
const vtX: Costs = {
  'vt-x.guestWork': share(0.05, 'CPU-41: SPECint 2000 under the hardware VMM, 5 % slower', SLOWER),
  'vt-x.exit': cycles(3963, 'CPU-42', 'prescott'),
  'vt-x.syscall': cycles(246, 'CPU-03', 'prescott'),
  'vt-x.page-fault': cycles(11_242, 'CPU-15', 'prescott'),
  'vt-x.page-fault.transitions': count(2, 'assumption: the fault itself, and the hidden fault that fills the shadow'),
  'vt-x.page-table-write': cycles(12_733, 'CPU-21', 'prescott'),
  'vt-x.page-table-write.transitions': count(2, 'assumption: the traced write, and the fault that resynchronizes'),
  'vt-x.address-space': cycles(
    88_627,
    'CPU-36: calibrated, what 106.4 s for 40,000 forks leave after their other traps and work; 4 per fork',
    'prescott',
  ),
  'vt-x.address-space.transitions': count(4, 'assumption: CR3 writes, and the first faults of an empty shadow'),
  'vt-x.divide-fault': cycles(1014, 'CPU-18', 'prescott'),
  'vt-x.port-io': cycles(15_826, 'CPU-06', 'prescott'),
  'vt-x.port-io.transitions': count(1, 'assumption: one exit per access'),
  ...parts('vt-x', {
    'device-access': KERNEL_HANDLER,
    notify: NOTIFY_HANDLER,
    interrupt: INTERRUPT_HANDLER,
    'msr-write': KERNEL_HANDLER,
    cpuid: CPUID_HANDLER,
    hypercall: HYPERCALL_HANDLER,
    halt: HALT_HANDLER,
  }),
  'vt-x.interrupt.indirect': cycles(...INTERRUPT_INDIRECT, 'nehalem'),
}

/** Nested paging: the guest's own faults and page tables no longer trap; its TLB misses walk two dimensions. */
function nested(handler: string, exit: Cost, own: Costs): Costs {
  const name = (key: string): string => `${handler}.${key}`
  return {
    [name('guestWork')]: share(
      0.018,
      'assumption: nested walks of FpCpu (CPU-76, 1.275 / 1.057) with the low gains of walk caches and large pages (CPU-77, CPU-78)',
      SLOWER_NESTED,
    ),
    [name('exit')]: exit,
    [name('syscall')]: cycles(246, 'CPU-03: system calls run natively under VT-x', 'prescott'),
    [name('page-fault')]: cycles(1093, "CPU-13: native; the guest's faults are its own", 'prescott'),
    [name('page-table-write')]: cycles(1, "CPU-19: native; the guest's page tables are its own", 'prescott'),
    [name('address-space')]: cycles(
      0,
      'assumption: native; a CR3 write does not exit, and the native part is guest work',
      undefined,
      CR3_WRITE,
    ),
    [name('divide-fault')]: cycles(1014, 'CPU-18', 'prescott'),
    ...own,
  }
}

/** Kinds of an Intel processor with nested paging that do exit; measured by Dall on KVM. */
function intelExits(handler: string): Costs {
  const name = (key: string): string => `${handler}.${key}`
  return {
    [name('port-io')]: cycles(6732, 'CPU-53: exit handled in host user space', 'sandy-bridge'),
    [name('port-io.transitions')]: count(1, 'assumption: one exit per access'),
    [name('device-access')]: cycles(2565, 'CPU-52: exit handled in the host kernel', 'sandy-bridge'),
    [name('device-access.transitions')]: count(1, 'assumption: one exit per access'),
    [name('msr-write')]: cycles(2565, 'CPU-52: exit handled in the host kernel', 'sandy-bridge'),
    [name('msr-write.transitions')]: count(1, 'assumption: one exit per write'),
    [name('cpuid')]: cycles(2600, 'CPU-60', 'nehalem'),
    [name('cpuid.transitions')]: count(1, 'assumption: one exit per instruction'),
    [name('hypercall')]: cycles(1300, 'CPU-51', 'sandy-bridge'),
    [name('hypercall.transitions')]: count(1, 'assumption: one exit per call'),
    ...parts(handler, { notify: NOTIFY_HANDLER, halt: HALT_HANDLER }),
  }
}

const nehalemExit = cycles(1009, 'CPU-45', 'nehalem')

const vtXEpt = nested('vt-x-ept', nehalemExit, {
  ...intelExits('vt-x-ept'),
  ...parts('vt-x-ept', { interrupt: INTERRUPT_HANDLER }),
  'vt-x-ept.interrupt.indirect': cycles(...INTERRUPT_INDIRECT, 'nehalem'),
})

/** Interrupts reach the guest without an exit; all else as with nested paging alone. */
const vtXPostedInterrupts = nested('vt-x-posted-interrupts', nehalemExit, {
  ...intelExits('vt-x-posted-interrupts'),
  'vt-x-posted-interrupts.interrupt': cycles(
    720,
    'INT-07, INT-09, INT-10: full ELI spends 165 cycles a packet more than bare metal, 1,440 per interrupt of 8.75 packets; two traps each',
    'nehalem',
  ),
})

const svmExit = cycles(1376, 'CPU-66: VMRUN round trip in KVM')
const svmExits = {
  'port-io': [5948, 'assumption: as KVM on Intel, CPU-53 less CPU-47'],
  'device-access': [1781, 'assumption: as KVM on Intel, CPU-52 less CPU-47'],
  notify: [560, 'assumption: wake the host thread, CPU-55'],
  interrupt: [7877, 'assumption: as on Intel, INT-01 and INT-02 less CPU-45'],
  'msr-write': [1781, 'assumption: as KVM on Intel, CPU-52 less CPU-47'],
  cpuid: [1591, 'assumption: as on Intel, CPU-60 less CPU-45'],
  hypercall: [516, 'assumption: as KVM on Intel, CPU-51 less CPU-47'],
  halt: HALT_HANDLER,
} as const satisfies Record<string, Part>

const amdV: Costs = {
  'amd-v.guestWork': share(0.05, 'assumption: shadow paging as under VT-x, CPU-41', SLOWER),
  'amd-v.exit': svmExit,
  'amd-v.syscall': cycles(246, 'assumption: native as under VT-x, CPU-03'),
  'amd-v.divide-fault': cycles(1014, 'assumption: as under VT-x, CPU-18'),
  ...parts('amd-v', {
    'page-fault': [7279, 'assumption: shadow paging as under VT-x, CPU-15 less one round trip CPU-42'],
    'page-table-write': [8770, 'assumption: shadow paging as under VT-x, CPU-21 less one round trip CPU-42'],
    'address-space': [84_664, 'assumption: shadow paging as under VT-x, CPU-36 less one round trip CPU-42'],
    ...svmExits,
  }),
  'amd-v.interrupt.indirect': cycles(1295, 'assumption: as on Intel, INT-03 and INT-10'),
}

const amdVRvi = nested('amd-v-rvi', svmExit, {
  ...parts('amd-v-rvi', svmExits),
  'amd-v-rvi.interrupt.indirect': cycles(1295, 'assumption: as on Intel, INT-03 and INT-10'),
})

type Part = readonly [handlerCycles: number, source: string]

/** Prices in parts: `KIND.handler` of each. */
function parts(handler: string, kinds: Readonly<Record<string, Part>>): Costs {
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, [value, source]]) => [`${handler}.${kind}.handler`, cycles(value, source)]),
  )
}

export const costs: Costs = {
  ...roundTrips,
  ...native,
  ...trapAndEmulate,
  ...binaryTranslation,
  ...vtX,
  ...vtXEpt,
  ...vtXPostedInterrupts,
  ...amdV,
  ...amdVRvi,
}
