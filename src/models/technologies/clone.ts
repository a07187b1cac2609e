// Clone: a VM's disk is copied, by the host or by the array that holds it.
//
//   request ─► admission ─┬─ bytes move (path or array) ─┬─► cloned
//                         └─ commands, on the host ──────┘
//
//   host-copy        every byte is read and written over the host's path, an I/O at a time
//   xcopy            the array copies inside itself, told so by commands of 16 MiB
//   odx              the same with tokens for 256 MiB
//   array-snapshot   nothing is copied until it is written: metadata, and later the first writes
//
// The commands and interrupts of a bulk copy are charged by arithmetic, not as an event each; its host's part runs in
// slices, between which other work of the hypervisor has its turn.
import type { EventKind } from '../../engine/simulation.ts'
import { NONE } from '../host/growing-table.ts'
import { Queues } from '../host/queues.ts'
import { Mover } from '../host/storage.ts'
import {
  step,
  type PathFunction,
  type Costs,
  type Handler,
  type Line,
  type Technology,
  type HostParts,
  type Wiring,
} from '../host/technology.ts'

const MIB = 1_048_576

const costs = {
  streamRate: {
    value: 1.1e9,
    unit: 'bytes/s',
    least: 1,
    source: 'STO-01: 11 GB in 20 s by one offloaded copy, read and written',
    range: [1e6, 1e11],
  },
  sliceNs: {
    value: 1e6,
    unit: 'ns',
    source: 'assumption: the host’s part of a copy gives way to other work of the hypervisor every millisecond',
    range: [1e4, 1e9],
  },
  'host-copy.commandBytes': {
    value: 65_536,
    unit: 'bytes',
    least: 1,
    source: "assumption: a hypervisor's data mover reads and writes 64 KiB at a time",
    range: [4096, 16 * MIB],
  },
  'host-copy.commandCycles': {
    value: 20_000,
    unit: 'cycles',
    source:
      'assumption: no published figure (STO-14); a read and a write through the storage stack, with their interrupts',
    range: [4000, 100_000],
  },
  'xcopy.commandBytes': {
    value: 16 * MIB,
    unit: 'bytes',
    least: 1,
    source: 'STO-06: 16 MB; 1 MB for thin disks (STO-07)',
  },
  'xcopy.commandCycles': {
    value: 30_000,
    unit: 'cycles',
    source: 'assumption: no published figure (STO-14); build, issue, complete by interrupt',
    range: [5000, 200_000],
  },
  'odx.commandBytes': { value: 256 * MIB, unit: 'bytes', least: 1, source: 'STO-08' },
  'odx.commandCycles': {
    value: 40_000,
    unit: 'cycles',
    source: 'assumption: no published figure (STO-14); as an XCOPY command, with a token to look after',
    range: [5000, 200_000],
  },
  'array-snapshot.commandCycles': {
    value: 5_000_000,
    unit: 'cycles',
    source: 'assumption: management calls, and the new disk is registered with the host',
    range: [100_000, 1e8],
  },
  'array-snapshot.metadataBytes': {
    value: 4 * MIB,
    unit: 'bytes',
    source:
      'assumption: maps of 24 GiB in blocks of 4 KiB, a tenth of 8 bytes each; STO-04: N clones take the space of one',
    range: [4096, 1024 * MIB],
  },
  'array-snapshot.setupNs': {
    value: 2e9,
    unit: 'ns',
    source: 'assumption: the array makes and exports a snapshot in 2 s; STO-03: hundreds in minutes',
    range: [1e6, 6e10],
  },
  'array-snapshot.firstWriteShare': {
    value: 0.002,
    unit: 'fraction',
    source: 'assumption: what a desktop writes as it first starts; each block is read and written once more',
    range: [0, 1],
  },
  'array-snapshot.blockBytes': {
    value: 65_536,
    unit: 'bytes',
    least: 1,
    source: 'assumption: the array copies 64 KiB on the first write',
    range: [4096, 16 * MIB],
  },
} as const satisfies Costs

/** Reads and writes: a copy moves each byte twice (STO-10). */
const READ_AND_WRITTEN = 2

type Where = 'path' | 'internal'

function mover(wiring: Wiring, where: Where): Mover {
  const { host } = wiring
  const { array } = host.setup.host
  if (!array) throw new Error('clones need an array')
  const name = where === 'path' ? 'path' : 'array'
  const rate = where === 'path' ? array.pathBytesPerS : array.internalBytesPerS
  return wiring.shared(name, () => new Mover(host, name, rate, wiring.cost('streamRate')))
}

/** Serves as many requests of a VM at a time as its scenario says, first come first served. */
const admitted =
  (serve: PathFunction): PathFunction =>
  (wiring, done) => {
    const { host } = wiring
    const { sim, items, groups, groupOfVm } = host
    const open = new Int32Array(groupOfVm.length)
    const waiting = new Queues(items, groupOfVm.length)
    const served = sim.event('cloned', (unit) => {
      const vm = items.vm[unit]
      const next = waiting.take(vm)
      if (next === NONE) open[vm]--
      else sim.fire(entry, next)
      sim.fire(done, unit)
    })
    const entry = serve(wiring, served)
    return sim.event('admission', (unit) => {
      const vm = items.vm[unit]
      if (open[vm] < groups[groupOfVm[vm]].clones!.concurrent) {
        open[vm]++
        sim.fire(entry, unit)
        return
      }
      waiting.append(unit, vm)
    })
  }

/** The host's part and the bytes' go on beside each other; the clone is done when both are. */
function beside(wiring: Wiring, left: EventKind, joined: EventKind): { split: EventKind; join: EventKind } {
  const { sim, items } = wiring.host
  const parts = new Map<number, number>()
  const join = sim.event('part of a clone', (unit) => {
    const item = items.item[unit]
    const open = parts.get(item)! - 1
    parts.set(item, open)
    if (unit !== item) items.close(unit)
    if (open > 0) return
    parts.delete(item)
    sim.fire(joined, item)
  })
  const split = sim.event('clone', (unit) => {
    parts.set(unit, 2)
    sim.fire(left, items.split(unit, items.size[unit], 1))
  })
  return { split, join }
}

/** Works a unit off in slices of at most so much of its size, each a job of its own. */
function inSlices(wiring: Wiring, line: Line, slice: number, done: EventKind): EventKind {
  const { sim, items } = wiring.host
  const left = new Map<number, number>()
  const next = sim.event('slice', (unit) => {
    const size = Math.min(left.get(unit)!, slice)
    left.set(unit, left.get(unit)! - size)
    items.size[unit] = size
    sim.fire(work, unit)
  })
  const worked = sim.event('slice done', (unit) => {
    if (left.get(unit)! > 0) sim.fire(next, unit)
    else {
      left.delete(unit)
      sim.fire(done, unit)
    }
  })
  const work = wiring.line(line, worked)
  return sim.event('in slices', (unit) => {
    left.set(unit, items.size[unit])
    sim.fire(next, unit)
  })
}

/** Copies every byte, at the host's cost of so many commands. */
function copy(kind: Handler['kind'], where: Where, name: 'host-copy' | 'xcopy' | 'odx'): Handler {
  const serve: PathFunction = (wiring, done) => {
    const { host } = wiring
    const { sim, items } = host
    const bytes = mover(wiring, where)
    const commandBytes = wiring.cost(`${name}.commandBytes`)
    const command = step('host', 'command', { perByte: `${name}.commandCycles`, countsSize: true })
    const parts: { join?: EventKind } = {}
    const commanded = sim.event('commanded', (unit) => sim.fire(parts.join!, unit))
    const slice = (wiring.cost('sliceNs') * host.clock) / wiring.cost(`${name}.commandCycles`)
    const commands = inSlices(wiring, [command], Math.max(1, Math.floor(slice)), commanded)
    // The unit of the host's part is as large as the number of its commands.
    const counted = sim.event('commands', (unit) => {
      items.size[unit] = Math.ceil(items.size[unit] / commandBytes)
      sim.fire(commands, unit)
    })
    const { split, join } = beside(wiring, counted, done)
    parts.join = join
    return sim.event('copy', (unit) => {
      const moved = items.size[unit] * READ_AND_WRITTEN
      note(host, unit, items.size[unit], moved)
      sim.fire(split, unit)
      bytes.move(moved, unit, join)
    })
  }
  return { kind, enter: admitted(serve) }
}

function note(host: HostParts, unit: number, stored: number, moved: number): void {
  if (host.items.counted[host.items.item[unit]] === 1) host.storage.add(stored, moved)
}

/** Metadata now; the blocks that are written first are copied afterwards, which the clone does not wait for. */
const snapshot: PathFunction = (wiring, done) => {
  const { host } = wiring
  const { sim, items } = host
  const array = mover(wiring, 'internal')
  const share = wiring.cost('array-snapshot.firstWriteShare')
  const block = wiring.cost('array-snapshot.blockBytes')
  const written = sim.event('first writes copied', (unit) => items.close(unit))
  const made = sim.event('snapshot made', (unit) => {
    const copied = Math.ceil((items.size[unit] * share) / block) * block
    const later = items.split(unit, copied, 1)
    note(host, unit, copied, copied * READ_AND_WRITTEN)
    array.move(copied * READ_AND_WRITTEN, later, written)
    sim.fire(done, unit)
  })
  const exported = sim.event('metadata moved', (unit) => sim.after(wiring.cost('array-snapshot.setupNs'), made, unit))
  const metadata = wiring.cost('array-snapshot.metadataBytes')
  const commanded = sim.event('snapshot', (unit) => {
    note(host, unit, metadata, metadata)
    array.move(metadata, unit, exported)
  })
  return wiring.line([step('host', 'command', { each: 'array-snapshot.commandCycles' })], commanded)
}

export const clone: Technology = {
  name: 'clone',
  costs,
  handlers: {
    'host-copy': copy('software', 'path', 'host-copy'),
    xcopy: copy('hardware', 'internal', 'xcopy'),
    odx: copy('hardware', 'internal', 'odx'),
    'array-snapshot': { kind: 'hardware', enter: admitted(snapshot) },
  },
}
