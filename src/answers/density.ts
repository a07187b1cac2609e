// Density: how many VMs of a kind a host holds, if their number alone is changed and everything is used to the full, or as far as
// `fit` says. A bound, and not a plan: at full load nothing is left for chance, and latencies have no limit.
import type { Fit } from '../language/asked.ts'
import { openWork, type VmGroup } from '../models/host/setup.ts'
import type { ResourceTally, Tallies } from '../models/host/tallies.ts'
import { studentInterval, type Interval } from '../statistics/interval.ts'
import { mean } from '../statistics/paired.ts'

export interface Density {
  readonly group: string
  /** Whole VMs of the group. */
  readonly vms: number
  /** The resource that is used up first. */
  readonly limit: string
  /** Of the number as it is before it is made whole, over replications. */
  readonly interval: Interval
}

export interface DensityAsked {
  readonly vms: Readonly<Record<string, VmGroup>>
  readonly confidence: number
  readonly fit?: Fit
}

/** Of each group whose open work asks something of the host; empty for runs until idle. */
export function densities(asked: DensityAsked, tallies: readonly Tallies[]): Density[] {
  return openGroups(asked.vms).flatMap((group) => {
    const found = densityOf(group, asked, tallies)
    return found === null ? [] : [found]
  })
}

/** Of the group that `fit` names, or the only one with open work; null where there is none, or a choice. */
export function askedDensity(asked: DensityAsked, tallies: readonly Tallies[]): Density | null {
  const groups = openGroups(asked.vms)
  const group = asked.fit?.group ?? (groups.length === 1 ? groups[0] : null)
  return group === null ? null : densityOf(group, asked, tallies)
}

function openGroups(vms: DensityAsked['vms']): string[] {
  return Object.keys(vms)
    .sort()
    .filter((group) => openWork(vms[group]).length > 0)
}

function densityOf(group: string, { vms, confidence, fit }: DensityAsked, tallies: readonly Tallies[]): Density | null {
  const { count } = vms[group]
  const share = fit?.utilization ?? 1
  const limits = tallies[0].resources.flatMap((resource, i): Density[] => {
    const each = tallies.map(({ resources }) => resources[i])
    const held = vmsHeld(group, count, each, share)
    if (held === null) return []
    const alone = each.map((one) => vmsHeld(group, count, [one], share) ?? held)
    const { halfWidth } = studentInterval(alone, confidence)
    const ends = halfWidth === null ? { low: null, high: null } : { low: held - halfWidth, high: held + halfWidth }
    const interval = { mean: held, halfWidth, ...ends }
    return [{ group, vms: Math.floor(held), limit: resource.name, interval }]
  })
  if (limits.length === 0) return null
  return limits.reduce((least, next) => (next.vms < least.vms ? next : least))
}

/** How many VMs use one resource so far, what others ask of it left to them; null if the group asks nothing of it. */
function vmsHeld(group: string, count: number, resource: readonly ResourceTally[], share: number): number | null {
  const [{ name, closed, capacity }] = resource
  const own = mean(resource.map(({ demandOf }) => demandOf[group] ?? 0))
  if (closed || own === 0 || count === 0) return null
  // A VM brings its own vCPUs with it: they limit no number of VMs, unless they are too few for one.
  if (name === `${group}.vcpus`) return own < capacity ? null : 0
  const others = mean(resource.map(({ demand }) => demand)) - own
  return Math.max(0, (share * capacity - others) / (own / count))
}
