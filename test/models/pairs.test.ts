// Handlers of one technology are really different, in the way that docs/HANDLERS.md says: for each pair, one of the two has
// more of something, or has something that the other one has not.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { QUIET as ALL, withRequests } from '../../src/plugins/suite/handler-work.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import type { Arm, Setup, TrapKind } from '../../src/models/host/setup.ts'
import type { Tallies } from '../../src/models/host/tallies.ts'
import { run, sum } from './build.ts'

const QUIET = withRequests(ALL, ['offloads'])

/** All kinds of work, on a divided port, with copies of 256 MiB: what one command of `odx` can do. */
const DIVIDED: Setup = {
  ...QUIET,
  host: { ...QUIET.host, nic: { rateBitPerS: 10e9, partitions: [{ name: 'all', rateBitPerS: 'auto' }] } },
  vms: Object.fromEntries(
    Object.entries(QUIET.vms).map(([name, group]) => [
      name,
      {
        ...group,
        packets: group.packets.map((stream) => ({ ...stream, partition: 'all' })),
        clones: { ...group.clones!, bytes: 2 ** 28 },
      },
    ]),
  ),
}
/** The other technologies: with a NIC that hands out devices, unless NICs are compared. */
const OTHERS: Arm = { processor: 'vt-x', nic: 'sr-iov', tcp: 'host-stack' }

type Quantity = (tallies: Tallies) => number
const cycles =
  (technology: string, step?: string): Quantity =>
  (tallies) =>
    sum(tallies, { technology, ...(step === undefined ? {} : { step }) })
const times =
  (technology: string, step: string): Quantity =>
  (tallies) =>
    sum(tallies, { technology, step }, 'items')
const trap =
  (kind: TrapKind): Quantity =>
  (tallies) =>
    sum(tallies, { technology: 'processor', work: `traps.${kind}` })
const deviceNs =
  (device: string): Quantity =>
  ({ resources }) =>
    resources.find(({ name }) => name === device)?.demand ?? 0

const QUANTITIES = {
  'cycles of system calls': trap('syscall'),
  'cycles of page faults': trap('page-fault'),
  'cycles of page-table writes': trap('page-table-write'),
  'cycles of interrupts': trap('interrupt'),
  'cycles of cpuid': trap('cpuid'),
  'cycles of mapping': cycles('iommu', 'map'),
  'cycles of unmapping': cycles('iommu', 'unmap'),
  'switches to the host’s world': times('nic', 'world switch'),
  'packets on the host’s path': times('nic', 'path'),
  'packets classified': times('nic', 'classify'),
  'cycles of copying': cycles('nic', 'copy'),
  'packets shaped by the host': times('nic', 'shape'),
  doorbells: times('nic', 'doorbell'),
  'segments in the guest’s stack': times('tcp', 'segment'),
  'messages posted and completed': times('tcp', 'message'),
  'time of the protocol engine': deviceNs('toe'),
  'tags written': times('vlan', 'tag'),
  'words of descriptors for tags': times('vlan', 'descriptor'),
  'cycles of ciphering': cycles('vpn', 'cipher'),
  'time of the crypto card': deviceNs('crypto card'),
  'time of the NIC’s cipher': deviceNs('inline crypto'),
  'time of the storage path': deviceNs('path'),
  'time of the array': deviceNs('array'),
  'commands to the array': times('clone', 'command'),
  'offloads worked on in software': cycles('accelerator', 'work'),
  'time of the offload engine': deviceNs('offload engine'),
  'cycles of waiting for it': cycles('accelerator', 'wait for the engine'),
  'cycles of waking up': cycles('accelerator', 'wake up'),
  'cycles of encoding': cycles('display', 'encode'),
  'time of the display card': deviceNs('display card'),
  'time of the graphics chip': deviceNs('display chip'),
  'time of the wire': deviceNs('wire.all.transmit'),
} satisfies Record<string, Quantity>

/** `has more than`: the other one has some of it too. `has, unlike`: the other one has none. */
type Statement = readonly [
  one: string,
  how: 'has more than' | 'has, unlike',
  other: string,
  what: keyof typeof QUANTITIES,
]

const PAIRS: Record<string, readonly Statement[]> = {
  accelerator: [
    ['software', 'has, unlike', 'asynchronous', 'offloads worked on in software'],
    ['software', 'has, unlike', 'sleeping', 'offloads worked on in software'],
    ['software', 'has, unlike', 'spinning', 'offloads worked on in software'],
    ['asynchronous', 'has, unlike', 'software', 'time of the offload engine'],
    ['sleeping', 'has, unlike', 'asynchronous', 'cycles of waking up'],
    ['sleeping', 'has, unlike', 'spinning', 'cycles of waking up'],
    ['spinning', 'has, unlike', 'asynchronous', 'cycles of waiting for it'],
  ],
  processor: [
    // Translated code calls the monitor mostly without a trap: cheap page-table writes, dear system calls.
    ['trap-and-emulate', 'has more than', 'binary-translation', 'cycles of page-table writes'],
    ['binary-translation', 'has more than', 'trap-and-emulate', 'cycles of system calls'],
    // With hardware exits system calls run natively, and shadowed page tables exit.
    ['trap-and-emulate', 'has more than', 'vt-x', 'cycles of system calls'],
    ['trap-and-emulate', 'has more than', 'amd-v', 'cycles of system calls'],
    ['binary-translation', 'has more than', 'vt-x', 'cycles of system calls'],
    ['binary-translation', 'has more than', 'amd-v', 'cycles of system calls'],
    ['vt-x', 'has more than', 'binary-translation', 'cycles of page-table writes'],
    ['amd-v', 'has more than', 'binary-translation', 'cycles of page-table writes'],
    // Nested page tables leave them to the guest.
    ['trap-and-emulate', 'has more than', 'vt-x-ept', 'cycles of page-table writes'],
    ['trap-and-emulate', 'has more than', 'vt-x-posted-interrupts', 'cycles of page-table writes'],
    ['trap-and-emulate', 'has more than', 'amd-v-rvi', 'cycles of page-table writes'],
    ['binary-translation', 'has more than', 'vt-x-ept', 'cycles of page faults'],
    ['binary-translation', 'has more than', 'vt-x-posted-interrupts', 'cycles of page faults'],
    ['binary-translation', 'has more than', 'amd-v-rvi', 'cycles of page faults'],
    ['vt-x', 'has more than', 'vt-x-ept', 'cycles of page-table writes'],
    ['vt-x', 'has more than', 'vt-x-posted-interrupts', 'cycles of page-table writes'],
    ['vt-x', 'has more than', 'amd-v-rvi', 'cycles of page-table writes'],
    ['amd-v', 'has more than', 'vt-x-ept', 'cycles of page-table writes'],
    ['amd-v', 'has more than', 'vt-x-posted-interrupts', 'cycles of page-table writes'],
    ['amd-v', 'has more than', 'amd-v-rvi', 'cycles of page-table writes'],
    // Posted interrupts need no exit.
    ['vt-x-ept', 'has more than', 'vt-x-posted-interrupts', 'cycles of interrupts'],
    ['amd-v-rvi', 'has more than', 'vt-x-posted-interrupts', 'cycles of interrupts'],
    // AMD's round trip (CPU-66) is a third of a Prescott's and more than a Nehalem's.
    ['vt-x', 'has more than', 'amd-v', 'cycles of cpuid'],
    ['amd-v-rvi', 'has more than', 'vt-x-ept', 'cycles of cpuid'],
  ],
  iommu: [
    ['deferred', 'has, unlike', 'off', 'cycles of mapping'],
    ['strict', 'has, unlike', 'off', 'cycles of mapping'],
    // Each unmap invalidates at once, and waits.
    ['strict', 'has more than', 'deferred', 'cycles of unmapping'],
  ],
  nic: [
    ['emulated', 'has, unlike', 'paravirtual', 'switches to the host’s world'],
    ['emulated', 'has, unlike', 'vmdq', 'switches to the host’s world'],
    ['emulated', 'has, unlike', 'sr-iov', 'switches to the host’s world'],
    ['emulated', 'has, unlike', 'flex-10', 'switches to the host’s world'],
    ['paravirtual', 'has more than', 'vmdq', 'packets classified'],
    ['paravirtual', 'has more than', 'vmdq', 'cycles of copying'],
    ['paravirtual', 'has, unlike', 'sr-iov', 'packets on the host’s path'],
    ['vmdq', 'has, unlike', 'sr-iov', 'packets on the host’s path'],
    ['flex-10', 'has, unlike', 'sr-iov', 'packets on the host’s path'],
    ['sr-iov', 'has, unlike', 'paravirtual', 'doorbells'],
    ['paravirtual', 'has, unlike', 'flex-10', 'packets shaped by the host'],
    ['vmdq', 'has, unlike', 'flex-10', 'packets shaped by the host'],
    ['flex-10', 'has more than', 'vmdq', 'packets classified'],
  ],
  tcp: [
    ['host-stack', 'has more than', 'segmentation-offload', 'segments in the guest’s stack'],
    ['host-stack', 'has, unlike', 'toe', 'segments in the guest’s stack'],
    ['segmentation-offload', 'has, unlike', 'toe', 'segments in the guest’s stack'],
    ['toe', 'has, unlike', 'host-stack', 'time of the protocol engine'],
    ['toe', 'has, unlike', 'segmentation-offload', 'messages posted and completed'],
  ],
  vlan: [
    ['host-tagging', 'has, unlike', 'nic-tagging', 'tags written'],
    ['host-tagging', 'has, unlike', 'switch-tagging', 'tags written'],
    ['nic-tagging', 'has, unlike', 'switch-tagging', 'words of descriptors for tags'],
  ],
  vpn: [
    ['software-aes', 'has more than', 'aes-ni', 'cycles of ciphering'],
    ['software-aes', 'has, unlike', 'lookaside', 'cycles of ciphering'],
    ['aes-ni', 'has, unlike', 'lookaside', 'cycles of ciphering'],
    ['software-aes', 'has, unlike', 'inline-nic', 'cycles of ciphering'],
    ['aes-ni', 'has, unlike', 'inline-nic', 'cycles of ciphering'],
    ['lookaside', 'has, unlike', 'inline-nic', 'time of the crypto card'],
    ['inline-nic', 'has, unlike', 'lookaside', 'time of the NIC’s cipher'],
  ],
  clone: [
    ['host-copy', 'has, unlike', 'xcopy', 'time of the storage path'],
    ['host-copy', 'has, unlike', 'odx', 'time of the storage path'],
    ['host-copy', 'has, unlike', 'array-snapshot', 'time of the storage path'],
    ['xcopy', 'has more than', 'odx', 'commands to the array'],
    ['xcopy', 'has more than', 'array-snapshot', 'time of the array'],
    ['odx', 'has more than', 'array-snapshot', 'time of the array'],
  ],
  display: [
    ['software-pcoip', 'has, unlike', 'pcoip-card', 'cycles of encoding'],
    ['pcoip-card', 'has, unlike', 'software-pcoip', 'time of the display card'],
    ['software-pcoip', 'has, unlike', 'chip-444', 'cycles of encoding'],
    ['software-pcoip', 'has, unlike', 'chip-420', 'cycles of encoding'],
    ['pcoip-card', 'has, unlike', 'chip-444', 'time of the display card'],
    ['pcoip-card', 'has, unlike', 'chip-420', 'time of the display card'],
    ['chip-444', 'has, unlike', 'pcoip-card', 'time of the graphics chip'],
    ['chip-444', 'has more than', 'chip-420', 'time of the wire'],
  ],
}

/** Handlers that leave a technology's work to the processor. All others have hardware for it. */
const IN_SOFTWARE: Record<string, string[]> = {
  accelerator: ['software'],
  processor: ['trap-and-emulate', 'binary-translation'],
  iommu: [],
  nic: ['emulated', 'paravirtual'],
  tcp: ['host-stack'],
  vlan: ['host-tagging'],
  vpn: ['software-aes', 'aes-ni'],
  clone: ['host-copy'],
  display: ['software-pcoip'],
}

test('each handler says whether hardware does the work', () => {
  const kinds = TECHNOLOGIES.map(({ name, handlers }) => {
    return [name, Object.fromEntries(Object.entries(handlers).map(([handler, { kind }]) => [handler, kind]))] as const
  })
  const byHand = TECHNOLOGIES.map(({ name, handlers }) => {
    const kindOf = (handler: string): string => (IN_SOFTWARE[name].includes(handler) ? 'software' : 'hardware')
    return [name, Object.fromEntries(Object.keys(handlers).map((handler) => [handler, kindOf(handler)]))] as const
  })
  expect(Object.fromEntries(kinds)).toEqual(Object.fromEntries(byHand))
})

describe.each(TECHNOLOGIES.map(({ name, handlers }) => ({ name, handlers: Object.keys(handlers) })))(
  '$name',
  ({ name, handlers }) => {
    const seen = new Map<string, Tallies>()
    const of = (handler: string): Tallies => {
      if (!seen.has(handler)) seen.set(handler, run(DIVIDED, { ...OTHERS, [name]: handler }))
      return seen.get(handler)!
    }

    test.each(PAIRS[name])('%s %s %s: %s', (one, how, other, what) => {
      const [here, there] = [one, other].map((handler) => QUANTITIES[what](of(handler)))
      expect(here).toBeGreaterThan(there)
      if (how === 'has, unlike') expect(there).toBe(0)
      else expect(there).toBeGreaterThan(0)
    })

    test('each pair of handlers is told apart by a statement', () => {
      const pairs = handlers.flatMap((a, i) => handlers.slice(i + 1).map((b) => [a, b].sort().join(' and ')))
      const told = new Set(PAIRS[name].map(([one, , other]) => [one, other].sort().join(' and ')))
      expect([...told].sort()).toEqual(pairs.sort())
    })

    test.each(handlers)('%s has its line in docs/HANDLERS.md', (handler) => {
      const text = readFileSync(new URL('../../docs/HANDLERS.md', import.meta.url), 'utf8')
      const [, section = ''] = text.split(`\n## ${name}\n`)
      expect(section.split('\n## ')[0]).toMatch(new RegExp(`^- \`${handler}\`: .{20,}\\.$`, 'm'))
    })
  },
)
