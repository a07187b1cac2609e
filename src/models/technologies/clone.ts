// Clone: a VM's disk is copied, by the host or by the array that holds it.
//
//   request ─► admission ─► part by part: ┬─ its bytes move (path or array) ─┬─► cloned
//                                         └─ its commands, on the host ──────┘
//
//   host-copy        every byte is read and written over the host's path, an I/O at a time
//   xcopy            the array copies inside itself, told so by commands of 16 MiB
//   odx              the same with tokens for 256 MiB
//   array-snapshot   nothing is copied until it is written: metadata, and later the first writes
//
// The commands of a part are one job, not an event each. Parts are short, so that commands are charged over the time of the
// copy, and other work of the hypervisor has its turn between them.
import { admitted } from './admission.ts'
import { bookStorage, Mover } from '../host/storage.ts'
import { step, type PathFunction, type Costs, type Handler, type Technology, type Wiring } from '../host/technology.ts'

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

/** A copy goes on in so many parts at least, of whole commands: its processor time is spread over its time to a hundredth. */
const PARTS = 100

/** Copies every byte, at the host's cost of so many commands. */
function copy(kind: Handler['kind'], where: Where, name: 'host-copy' | 'xcopy' | 'odx'): Handler {
  const serve: PathFunction = (wiring, done) => {
    const { host } = wiring
    const { sim, items } = host
    const bytes = mover(wiring, where)
    const commandBytes = wiring.cost(`${name}.commandBytes`)
    const command = step('host', 'command', { perByte: `${name}.commandCycles`, countsSize: true })
    const slice = (wiring.cost('sliceNs') * host.clock) / wiring.cost(`${name}.commandCycles`)
    const sliceCommands = Math.max(1, Math.floor(slice))
    /** Commands of a copy that have not begun, and of its present part: two halves, the bytes' and the host's. */
    const left = new Map<number, number>()
    const openHalves = new Map<number, number>()
    const nextPart = sim.event('part of a copy', (unit) => {
      const all = Math.ceil(items.size[unit] / commandBytes)
      const before = left.get(unit)!
      const commands = Math.min(before, sliceCommands, Math.ceil(all / PARTS))
      left.set(unit, before - commands)
      openHalves.set(unit, 2)
      // The unit of the host's half is as large as the number of its commands.
      sim.fire(commanding, items.split(unit, commands, 1))
      const end = Math.min(items.size[unit], (all - before + commands) * commandBytes)
      bytes.move((end - (all - before) * commandBytes) * READ_AND_WRITTEN, unit, half)
    })
    const half = sim.event('half of a part', (unit) => {
      const item = items.item[unit]
      if (unit !== item) items.close(unit)
      openHalves.set(item, openHalves.get(item)! - 1)
      if (openHalves.get(item)! > 0) return
      if (left.get(item)! > 0) return sim.fire(nextPart, item)
      left.delete(item)
      openHalves.delete(item)
      sim.fire(done, item)
    })
    const commanding = wiring.line([command], half)
    return sim.event('copy', (unit) => {
      bookStorage(host, unit, items.size[unit], items.size[unit] * READ_AND_WRITTEN)
      left.set(unit, Math.ceil(items.size[unit] / commandBytes))
      sim.fire(nextPart, unit)
    })
  }
  return { kind, enter: serve }
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
    bookStorage(host, unit, copied, copied * READ_AND_WRITTEN)
    array.move(copied * READ_AND_WRITTEN, later, written)
    sim.fire(done, unit)
  })
  const exported = sim.event('metadata moved', (unit) => sim.after(wiring.cost('array-snapshot.setupNs'), made, unit))
  const metadata = wiring.cost('array-snapshot.metadataBytes')
  const commanded = sim.event('snapshot', (unit) => {
    bookStorage(host, unit, metadata, metadata)
    array.move(metadata, unit, exported)
  })
  return wiring.line([step('host', 'command', { each: 'array-snapshot.commandCycles' })], commanded)
}

export const clone: Technology = {
  name: 'clone',
  admission: admitted,
  costs,
  handlers: {
    'host-copy': copy('software', 'path', 'host-copy'),
    xcopy: copy('hardware', 'internal', 'xcopy'),
    odx: copy('hardware', 'internal', 'odx'),
    'array-snapshot': { kind: 'hardware', enter: snapshot },
  },
}
