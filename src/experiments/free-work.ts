// Work of a scenario that none of its arms handles: it passes free and at once, which the reader must know.
import type { PacketShape, VmGroup } from '../models/setup.ts'
import type { Scenario } from './scenario.ts'

/** Which technology each kind of work needs, and whether a group of VMs generates such work. */
const NEEDS: readonly { technology: string; work: string; isGeneratedBy: (group: VmGroup) => boolean }[] = [
  { technology: 'processor', work: 'traps', isGeneratedBy: hasTraps },
  { technology: 'nic', work: 'packets', isGeneratedBy: (group) => packetsOf(group).length > 0 },
  { technology: 'tcp', work: 'packets', isGeneratedBy: (group) => packetsOf(group).length > 0 },
  { technology: 'vlan', work: 'tagged packets', isGeneratedBy: (group) => packetsOf(group).some(({ vlan }) => vlan > 0) },
  { technology: 'vpn', work: 'encrypted packets', isGeneratedBy: (group) => packetsOf(group).some(({ vpn }) => vpn) },
  { technology: 'clone', work: 'clone requests', isGeneratedBy: (group) => group.clones !== null },
  { technology: 'display', work: 'screen updates', isGeneratedBy: (group) => group.screen !== null },
]

export interface FreeWork {
  readonly work: string
  /** The technology that no arm names. */
  readonly technology: string
  readonly groups: readonly string[]
}

/** Kinds of work whose technology no arm of the scenario names. */
export function freeWork(scenario: Scenario): FreeWork[] {
  const named = new Set(Object.values(scenario.arms).flatMap((arm) => Object.keys(arm)))
  const groups = Object.entries(scenario.vms).filter(([, group]) => group.count > 0)
  return NEEDS.filter(({ technology }) => !named.has(technology))
    .map(({ technology, work, isGeneratedBy }) => {
      const generating = groups.filter(([, group]) => isGeneratedBy(group))
      return { work, technology, groups: generating.map(([name]) => name).sort() }
    })
    .filter(({ groups }) => groups.length > 0)
}

function packetsOf(group: VmGroup): readonly PacketShape[] {
  return [...group.packets, ...(group.loop?.packets ?? [])]
}

function hasTraps(group: VmGroup): boolean {
  return Object.keys(group.traps).length > 0 || Object.keys(group.loop?.traps ?? {}).length > 0
}
