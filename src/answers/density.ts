// Density: how many VMs of a kind a host holds, if their number alone is changed and everything is used to the full.
// A bound, and not a plan: at full load nothing is left for chance, and latencies have no limit.
import { openWork, type VmGroup } from '../models/host/setup.ts'
import type { ResourceTally, Tallies } from '../models/host/tallies.ts'
import { mean } from '../statistics/paired.ts'

export interface Density {
  readonly group: string
  /** Whole VMs of the group. */
  readonly vms: number
  /** The resource that is used up first. */
  readonly limit: string
}

/** Of each group whose open work asks something of the host; empty for runs until idle. */
export function densities(vms: Readonly<Record<string, VmGroup>>, tallies: readonly Tallies[]): Density[] {
  return Object.keys(vms)
    .sort()
    .filter((group) => openWork(vms[group]).length > 0)
    .flatMap((group) => {
      const limits = tallies[0].resources.flatMap((resource, i) => {
        const each = tallies.map(({ resources }) => resources[i])
        const held = vmsHeld(group, vms[group].count, each)
        return held === null ? [] : [{ group, vms: held, limit: resource.name }]
      })
      if (limits.length === 0) return []
      return [limits.reduce((least, next) => (next.vms < least.vms ? next : least))]
    })
}

/** How many VMs use one resource up, what others ask of it left to them; null if the group asks nothing of it. */
function vmsHeld(group: string, count: number, resource: readonly ResourceTally[]): number | null {
  const [{ name, closed, capacity }] = resource
  const own = mean(resource.map(({ demandOf }) => demandOf[group] ?? 0))
  if (closed || own === 0 || count === 0) return null
  // A VM brings its own vCPUs with it: they limit no number of VMs, unless they are too few for one.
  if (name === `${group}.vcpus`) return own < capacity ? null : 0
  const others = mean(resource.map(({ demand }) => demand)) - own
  return Math.max(0, Math.floor((capacity - others) / (own / count)))
}
