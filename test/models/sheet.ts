// A run as on a sheet of paper: every step with its items and cycles, device time, when each item was done, and what is left.
//
//   expect(sheet(given, arm)).toEqual(paper({ steps: [['nic', 'nic', 'host', 'path', 3, 3 * 11]], … }))
//
// `paper` is the sheet as it is worked out by hand. Its steps may stand in the order in which a unit passes them: both sides are
// sorted. Steps that several groups or kinds of work pass are one line. What is nothing is not written: a device without
// work, a technology that measured no latency, a kind of work of which nothing is left over.
import type { Arm, Setup } from '../../src/models/host/setup.ts'
import type { LedgerEntry, Tallies } from '../../src/models/host/tallies.ts'
import { runHost, type RunOptions } from './build.ts'
import { record, type Finish } from './finishes.ts'

/** How often a step was done for counted items, and its cycles; `assumed` when a cost behind it is an assumption. */
type StepLine =
  | readonly [technology: string, cause: string, place: string, step: string, items: number, cycles: number]
  | readonly [...key: [string, string, string, string], items: number, cycles: number, assumed: 'assumed']

export interface Sheet {
  readonly steps: readonly StepLine[]
  /** Cycles that VMs' vCPUs are taken up for by counted items, their traps included. */
  readonly vcpus: number
  /** Time that counted items ask of wires, devices and storage, ns. */
  readonly devices: Readonly<Record<string, number>>
  /** By technology: how many times a sojourn was measured, and the sum of them in ns. */
  readonly latency: Readonly<Record<string, readonly [count: number, sumNs: number]>>
  /** When each item was done or dropped, in order. */
  readonly done: readonly Finish[]
  /** Items that were generated and not finished, by kind of work. */
  readonly left: Readonly<Record<string, { readonly dropped?: number; readonly unfinished?: number }>>
  /** Bytes that storage allocated, and that it moved; where the arm stores anything. */
  readonly stored?: readonly [storedBytes: number, movedBytes: number]
}

/** A run's sheet. */
export function sheet(given: Setup, arm: Arm, options: RunOptions = {}): Sheet {
  const done: Finish[] = []
  const prepare: RunOptions['prepare'] = (host) => {
    options.prepare?.(host)
    record(host, done)
  }
  const { tallies } = runHost(given, arm, { ...options, prepare })
  const asks = tallies.resources.map(({ name, demand }) => [name, demand] as const)
  const isVcpus = (name: string): boolean => name.endsWith('.vcpus')
  return paper({
    steps: stepLines(tallies.ledger),
    vcpus: asks.reduce((sum, [name, demand]) => (isVcpus(name) ? sum + demand : sum), 0),
    devices: Object.fromEntries(asks.filter(([name, demand]) => name !== 'cores' && !isVcpus(name) && demand > 0)),
    latency: Object.fromEntries(
      Object.entries(tallies.latencies)
        .filter(([, { count }]) => count > 0)
        .map(([name, { count, sum }]) => [name, [count, sum]]),
    ),
    done,
    left: leftOver(tallies),
    ...(tallies.storedBytes === null ? {} : { stored: [tallies.storedBytes, tallies.movedBytes!] as const }),
  })
}

/** A sheet that was worked out by hand, made comparable: steps sorted, times rounded to a thousandth of a ns. */
export function paper(byHand: Sheet): Sheet {
  const { steps, devices, latency, done } = byHand
  const keyOf = (line: StepLine): string => line.slice(0, 4).join(' ')
  return {
    ...byHand,
    steps: [...steps].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    devices: Object.fromEntries(Object.entries(devices).map(([name, ns]) => [name, rounded(ns)])),
    latency: Object.fromEntries(
      Object.entries(latency).map(([name, [count, sumNs]]) => [name, [count, rounded(sumNs)] as const]),
    ),
    done: done.map(([work, vm, atNs]) => [work, vm, rounded(atNs)]),
  }
}

const rounded = (ns: number): number => Math.round(ns * 1e3) / 1e3

/** Entries of the ledger, those of all groups and kinds of work together. */
function stepLines(ledger: readonly LedgerEntry[]): StepLine[] {
  const lines = new Map<string, StepLine>()
  for (const { technology, cause, place, step, items, counted, assumed } of ledger) {
    const key = [technology, cause, place, step, assumed].join(' ')
    const [, , , , before, cycles] = lines.get(key) ?? ['', '', '', '', 0, 0]
    const line = [technology, cause, place, step, before + items, cycles + counted] as const
    lines.set(key, assumed ? [...line, 'assumed'] : line)
  }
  return [...lines.values()]
}

function leftOver({ work }: Tallies): Sheet['left'] {
  const left = work.map(({ work: name, dropped, unfinished }) => {
    return [name, { ...(dropped > 0 ? { dropped } : {}), ...(unfinished > 0 ? { unfinished } : {}) }] as const
  })
  return Object.fromEntries(left.filter(([, over]) => Object.keys(over).length > 0))
}
