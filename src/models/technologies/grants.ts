// Who is given one of what there may be too few of: sessions of a display card, a NIC's associations and functions. Groups of
// which the scenario says so go first; then those whose VMs have most work for each thing that they take. Where that is equal,
// they take turns as ever: larger groups first, and neither names nor places in the file count.
import { arrivalsInWindow } from '../workload/offered.ts'
import { turnsOf, type Arrivals, type Grant, type Group, type Setup } from '../host/setup.ts'

/** What a group asks for. */
export interface Claim {
  /** Things that each of its VMs takes, all or none. */
  readonly each: number
  /** Work of one VM that they take over: only ratios count. */
  readonly work: number
  /** What the scenario says; undefined: most work first. */
  readonly said: Grant | undefined
}

/** Which VMs were given what they asked for, by number: 1 for those that were. */
export interface Granted {
  readonly has: Uint8Array
  /** VMs of each group, by its place among the groups, that asked in vain. */
  readonly missed: readonly number[]
}

interface Asking extends Claim {
  readonly group: Group
  readonly position: number
}

/** Gives out what is free. `claimOf`: null for a group that asks for nothing. */
export function granted(groups: readonly Group[], free: number, claimOf: (group: Group) => Claim | null): Granted {
  const has = new Uint8Array(groups.reduce((sum, { count }) => sum + count, 0))
  const missed = new Array<number>(groups.length).fill(0)
  let left = free
  for (const { group, position, each, said } of inTurn(groups, claimOf)) {
    const wanted = typeof said === 'number' ? Math.min(said, group.count) : said === false ? 0 : group.count
    const given = Math.min(wanted, Math.floor(left / each))
    has.fill(1, group.firstVm, group.firstVm + given)
    left -= given * each
    missed[position] = wanted - given
  }
  return { has, missed }
}

function inTurn(groups: readonly Group[], claimOf: (group: Group) => Claim | null): Asking[] {
  const asking = groups.flatMap((group, position): Asking[] => {
    const claim = claimOf(group)
    return claim === null || claim.each === 0 ? [] : [{ ...claim, group, position }]
  })
  const turns = turnsOf(Object.fromEntries(groups.map(({ name, firstVm: _, ...group }) => [name, group])))
  const isSaid = ({ said }: Claim): number => (said === undefined ? 0 : 1)
  return asking.sort((a, b) => {
    const byWork = isSaid(b) - isSaid(a) || b.work / b.each - a.work / a.each
    return byWork || turns.indexOf(a.group.name) - turns.indexOf(b.group.name)
  })
}

/** Without a stated length of the window, work that has a rate counts by what it offers in an hour. */
const HOUR_NS = 3600e9

/** Mean number of items that arrive at a VM in the window. */
export function itemsOffered(arrivals: Arrivals, setup: Setup): number {
  const isEndless = typeof setup.measureNs !== 'number' && arrivals.kind !== 'times'
  return arrivalsInWindow(arrivals, isEndless ? { ...setup, measureNs: HOUR_NS } : setup)
}
