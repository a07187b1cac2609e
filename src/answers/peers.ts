// Published models of offloading beside the results: what their formulas say, and how far the simulation is from it.
//
//   Accelerometer (Sriraman and Dhanotia 2020)   S = 1 ÷ ((1 − alpha) + alpha ÷ A [sync] + n ÷ C · (o0 + L + Q [+ o1, sync-os]))
//   LogCA (Altaf and Wood 2017)                  S = C·g^beta ÷ (o + L + C·g^beta ÷ A)
//   LAWS (Shivam and Chase 2003)                 S = 1 + min(1 ÷ gamma, (1 + gamma) ÷ sigma − 1, (1 + gamma) ÷ (alpha·beta) − 1)
//   Amdahl (1967)                                S = 1 ÷ (1 − p + p ÷ s)
//
// Symbols that a scenario does not give are read off the results: the technologies in which the arms differ are what is
// accelerated, their rows say how much it was and what of it is left. A gap is then what the formula does not know: queues,
// waiting, other limits.
import { exponential, logarithm } from '../engine/elementary.ts'
import { Histogram } from '../engine/histogram.ts'
import type { PeerAsked, PeerModel } from '../language/asked.ts'
import type { Tallies } from '../models/host/tallies.ts'
import { countedCycles, type ArmResult } from './arm-result.ts'
import type { Comparison } from './comparison.ts'
import { chargedTo } from './rows.ts'
import { mean } from '../statistics/paired.ts'

type Symbols = Readonly<Record<string, number>>

export interface Peer {
  readonly model: PeerModel
  readonly mode: PeerAsked['mode']
  readonly arm: string
  readonly symbols: Symbols
  /** Whether the scenario gave them. */
  readonly isGiven: boolean
  /** Speed-ups; null where the arms differ in nothing, or the run has no such time. */
  readonly formula: number | null
  readonly simulated: number | null
  /** Simulated ÷ formula − 1. */
  readonly gap: number | null
}

/** Every model that the scenario names, for every arm but the baseline. */
export function peers(comparison: Comparison): Peer[] {
  const { baseline, arms, scenario } = comparison
  const others = arms.filter((arm) => arm !== baseline)
  return (scenario.peers ?? []).flatMap((asked) => others.map((arm) => peerOf(asked, arm, comparison)))
}

function peerOf({ model, mode, symbols: given }: PeerAsked, arm: ArmResult, comparison: Comparison): Peer {
  const seen = seenIn(comparison.baseline, arm, comparison)
  const symbols = given ?? (seen === null ? null : READ_OFF[model](seen))
  const formula = symbols === null ? null : finite(FORMULAS[model](symbols, mode))
  const simulated = seen === null ? null : finite(model === 'logca' ? seen.callSpeedUp : seen.speedUp)
  const gap = formula === null || simulated === null ? null : simulated / formula - 1
  return { model, mode, arm: arm.name, symbols: symbols ?? {}, isGiven: given !== null, formula, simulated, gap }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

const FORMULAS: Readonly<Record<PeerModel, (symbols: Symbols, mode: PeerAsked['mode']) => number>> = {
  accelerometer: ({ C, alpha, n, o0 = 0, L = 0, Q = 0, o1 = 0, A = Infinity }, mode) => {
    const held = o0 + L + Q + (mode === 'sync-os' ? o1 : 0)
    return 1 / (1 - alpha + (mode === 'sync' ? alpha / A : 0) + (n / C) * held)
  },
  logca: ({ g, C, beta = 1, o, L = 0, A }) => {
    const work = C * (beta === 1 ? g : exponential(beta * logarithm(g)))
    return work / (o + L + work / A)
  },
  laws: ({ gamma, sigma, alpha, beta = 1 }) =>
    1 + Math.min(1 / gamma, (1 + gamma) / sigma - 1, (1 + gamma) / (alpha * beta) - 1),
  amdahl: ({ p, s }) => 1 / (1 - p + p / s),
}

/** What of the results formulas are made of; means of replications. */
interface Seen {
  /** Cycles of the baseline: all of them, and those of what the arms do differently; what is left of these in the arm. */
  readonly all: number
  readonly kernel: number
  readonly left: number
  /** Items that pass it, and their size. */
  readonly items: number
  readonly size: number
  /** Time that it takes the busiest device of the arm, and the wire, in cycles of all processors that can work. */
  readonly device: number
  readonly wire: number
  readonly speedUp: number
  readonly callSpeedUp: number
}

const READ_OFF: Readonly<Record<PeerModel, (seen: Seen) => Symbols>> = {
  accelerometer: ({ all, kernel, left, items }) => ({ C: all, alpha: kernel / all, n: items, o0: left / items }),
  logca: ({ kernel, left, items, size, device }) => {
    const perByte = kernel / items / size
    return { g: size, C: perByte, o: left / items, A: device === 0 ? Infinity : kernel / device }
  },
  laws: ({ all, kernel, wire, device }) => ({
    gamma: (all - kernel) / kernel,
    sigma: wire / kernel,
    alpha: device / kernel,
  }),
  amdahl: ({ all, kernel, left }) => ({ p: kernel / all, s: kernel / left }),
}

function seenIn(baseline: ArmResult, arm: ArmResult, { scenario }: Comparison): Seen | null {
  const differing = Object.keys(arm.handlers).filter((name) => arm.handlers[name] !== baseline.handlers[name])
  if (differing.length === 0) return null
  const isKernel = (entry: { technology: string }) => differing.includes(entry.technology)
  const work = (tallies: Tallies) =>
    tallies.work.filter(({ technologies }) => technologies.some((name) => differing.includes(name)))
  const sum = (of: 'generated' | 'offered') =>
    mean(arm.tallies.map((tallies) => work(tallies).reduce((total, kind) => total + kind[of], 0)))
  const { host, vms } = scenario
  const vcpus = Object.values(vms).reduce((total, group) => total + group.count * group.vcpus, 0)
  const cyclesPerNs = (host.clockHz / 1e9) * Math.min(host.cores, vcpus)
  const items = sum('generated')
  const all = mean(countedCycles(baseline, chargedTo('host')))
  return {
    all,
    kernel: mean(countedCycles(baseline, isKernel)),
    left: mean(countedCycles(arm, isKernel)),
    items,
    size: sum('offered') / items,
    device: cyclesPerNs * busiest(arm, (name) => !NO_DEVICE.test(name)),
    wire: cyclesPerNs * busiest(arm, (name) => name.startsWith('wire.')),
    speedUp:
      baseline.makespanS !== null && arm.makespanS !== null
        ? baseline.makespanS / arm.makespanS
        : all / mean(countedCycles(arm, chargedTo('host'))),
    callSpeedUp: meanLatency(baseline, differing) / meanLatency(arm, differing),
  }
}

/** Resources that are no devices of a technology's own. */
const NO_DEVICE = /^(cores|path|array|wire\..*|.*\.vcpus)$/

/** How long the busiest of such resources was busy, ns. */
function busiest(arm: ArmResult, isMeant: (name: string) => boolean): number {
  const most = ({ resources }: Tallies) =>
    Math.max(0, ...resources.filter(({ name }) => isMeant(name)).map(({ busy }) => busy))
  return mean(arm.tallies.map(most))
}

/** Mean time that work takes in these technologies. */
function meanLatency(arm: ArmResult, technologies: readonly string[]): number {
  const sum = technologies.map((name) => {
    const all = new Histogram()
    for (const { latencies } of arm.tallies) if (Object.hasOwn(latencies, name)) all.merge(latencies[name])
    return all.mean
  })
  return sum.reduce((total, value) => total + value, 0)
}
