// Small setups written out in TypeScript, and a run of one arm of them. What a test does not name is absent.
import { simulate } from '../../src/runs/replication.ts'
import { closeAccounts } from '../../src/models/host/account.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import type { Arm, HostSetup, LoopWork, PacketShape, PacketFlow, Setup, VmGroup } from '../../src/models/host/setup.ts'
import type { LedgerEntry, Tallies } from '../../src/models/host/tallies.ts'
import { Host } from '../../src/models/host/host.ts'
import { type Technology } from '../../src/models/host/technology.ts'

export const MS = 1e6

export function vm(changes: Partial<VmGroup> = {}): VmGroup {
  const nothing = { compute: null, traps: {}, packets: [], screen: null, clones: null, loop: null }
  return { count: 1, vcpus: 1, ...nothing, ...changes }
}

export function packet(changes: Partial<PacketShape> = {}): PacketShape {
  return { direction: 'receive', bytes: 1500, vlan: 0, vpn: false, partition: '', ...changes }
}

/** Messages at given times, ns. */
export function at(timesNs: readonly number[], changes: Partial<PacketShape> = {}): PacketFlow {
  return { ...packet(changes), arrivals: { kind: 'times', timesNs, isFromStart: true } }
}

export function loop(changes: Partial<LoopWork> = {}): LoopWork {
  return { repeat: 1, concurrent: 1, cycles: null, traps: {}, packets: [], ...changes }
}

/** One core of 1 GHz, so that a cycle is a ns, and a port of 10 Gbit/s, so that a byte is 0.8 ns. */
export function host(changes: Partial<HostSetup> = {}): HostSetup {
  return {
    cores: 1,
    clockHz: 1e9,
    processor: 'as-measured',
    hypervisor: 'preempts',
    nic: { rateBitPerS: 10e9, partitions: [] },
    array: null,
    ...changes,
  }
}

/** A window of 1 ms from the start, unless said otherwise. */
export function setup(changes: Partial<Setup> = {}): Setup {
  return { seed: 1, warmupNs: 0, measureNs: MS, host: host(), vms: { vm: vm() }, costs: {}, ...changes }
}

export interface RunOptions {
  readonly replication?: number
  readonly technologies?: readonly Technology[]
  /** Called before anything is wired. */
  readonly prepare?: (host: Host) => void
}

/** Runs one arm; the host is left as it stopped. */
export function runHost(
  given: Setup,
  arm: Arm,
  { replication = 0, technologies = TECHNOLOGIES, prepare }: RunOptions = {},
): { host: Host; tallies: Tallies } {
  const wired = new Host(given, arm, replication, technologies)
  prepare?.(wired)
  simulate(wired)
  return { host: wired, tallies: closeAccounts(wired, 'arm', replication) }
}

export function run(given: Setup, arm: Arm, options: RunOptions = {}): Tallies {
  return runHost(given, arm, options).tallies
}

/** Sum over the ledger's entries that match. */
export function sum(
  { ledger }: Tallies,
  match: Partial<LedgerEntry>,
  what: 'counted' | 'executed' | 'items' = 'counted',
): number {
  const keys = Object.keys(match) as (keyof LedgerEntry)[]
  return ledger.reduce(
    (total, entry) => (keys.every((key) => entry[key] === match[key]) ? total + entry[what] : total),
    0,
  )
}
