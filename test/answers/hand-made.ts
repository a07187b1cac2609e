// Scenarios and tallies written by hand, small enough to be added up in the head: 1 GHz, a window of 1 s, 2 cores.
import type { Scenario } from '../../src/language/asked.ts'
import { Histogram } from '../../src/engine/histogram.ts'
import type { HistogramData } from '../../src/engine/histogram.ts'
import type { VmGroup } from '../../src/models/host/setup.ts'
import type { LedgerEntry, ResourceTally, Tallies, WorkTally } from '../../src/models/host/tallies.ts'
import type { Technology } from '../../src/models/host/technology.ts'

export const TECHNOLOGIES: readonly Technology[] = [
  {
    name: 'nic',
    costs: {
      'emulated.copyCycles': { value: 2000, unit: 'cycles', source: 'NIC-16' },
      'sr-iov.doorbellCycles': { value: 300, unit: 'cycles', source: 'assumption: a write to the device' },
      descriptorCycles: { value: 100, unit: 'cycles', source: 'NIC-02', range: [50, 200] },
    },
    handlers: { emulated: { kind: 'software' }, 'sr-iov': { kind: 'hardware' } },
  },
  {
    name: 'processor',
    costs: { 'vt-x.syscall': { value: 246, unit: 'cycles', source: 'CPU-03' } },
    handlers: { 'vt-x': { kind: 'hardware' } },
  },
]

export const IDLE_GROUP: VmGroup = {
  ...{ count: 1, vcpus: 1, compute: null, traps: {}, packets: [], screen: null, clones: null, loop: null },
}

export function scenario(changes: Partial<Scenario> = {}): Scenario {
  return {
    name: 'by-hand',
    question: 'How much does it give back?',
    replications: 3,
    precision: null,
    confidence: 0.95,
    warmup: 'given',
    expectations: [],
    baseline: 'software',
    arms: {
      hardware: { nic: 'sr-iov', processor: 'vt-x' },
      software: { nic: 'emulated', processor: 'vt-x' },
    },
    seed: 7,
    warmupNs: 0,
    measureNs: 1e9,
    host: { cores: 2, clockHz: 1e9, processor: 'as-measured', hypervisor: 'preempts', nic: null, array: null },
    vms: { web: IDLE_GROUP },
    costs: {},
    ...changes,
  }
}

export function entry(technology: string, counted: number, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    group: 'web',
    work: 'packets.0',
    technology,
    cause: technology,
    place: 'host',
    step: 'copy',
    items: 10,
    executed: counted,
    counted,
    assumed: false,
    ...changes,
  }
}

export function work(changes: Partial<WorkTally> = {}): WorkTally {
  const generated = changes.generated ?? 10
  const [dropped, unfinished] = [changes.dropped ?? 0, changes.unfinished ?? 0]
  return {
    ...{ group: 'web', work: 'packets.0', technologies: ['nic'] },
    ...{ generated, dropped, superseded: 0, unfinished, finished: generated - dropped - unfinished, offered: 0 },
    ...{ drawn: 0, drawnMissing: 0 },
    ...changes,
  }
}

export function resource(name: string, changes: Partial<ResourceTally> = {}): ResourceTally {
  return {
    ...{ name, closed: false, capacity: 100, demand: 70, demandOf: {}, busy: 70, backlogStart: 0, backlogEnd: 0 },
    ...changes,
  }
}

export function tallies(arm: string, replication: number, changes: Partial<Tallies> = {}): Tallies {
  return {
    arm,
    replication,
    windowNs: 1e9,
    makespanNs: null,
    ledger: [],
    idleCycles: 1e9,
    restCycles: 0,
    jobEnds: 0,
    edgeJobs: 0,
    work: [work()],
    latencies: {},
    resources: [],
    storedBytes: null,
    movedBytes: null,
    events: 100,
    digest: `digest-${replication}`,
    notes: {},
    ...changes,
  }
}

export function histogram(...values: number[]): HistogramData {
  const sojourns = new Histogram()
  for (const value of values) sojourns.add(value)
  return sojourns.toJSON()
}

/** Tallies of both arms: one list of changes for each replication. */
export function pair(
  software: readonly Partial<Tallies>[],
  hardware: readonly Partial<Tallies>[],
): Map<string, Tallies[]> {
  return new Map([
    ['software', software.map((changes, replication) => tallies('software', replication, changes))],
    ['hardware', hardware.map((changes, replication) => tallies('hardware', replication, changes))],
  ])
}
