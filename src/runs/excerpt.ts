// Excerpts of a scenario: a part of its work for a part of its time, with everything else as it is. A kind of work keeps its name
// and its random numbers, so an item of an excerpt is the item that the whole scenario generates.
import type { Scenario } from '../language/asked.ts'
import type { Arrivals, CloneWork, LoopWork, VmGroup } from '../models/host/setup.ts'

const NEVER: Arrivals = { kind: 'poisson', ratePerS: 0 }

/** The scenario with these kinds of work only, by `GROUP WORK`. */
export function onlyWork(scenario: Scenario, kept: ReadonlySet<string>): Scenario {
  const vms = Object.entries(scenario.vms).map(([name, group]) => [
    name,
    onlyOf(group, (work) => kept.has(`${name} ${work}`)),
  ])
  return { ...scenario, vms: Object.fromEntries(vms) as Scenario['vms'] }
}

function onlyOf(group: VmGroup, isKept: (work: string) => boolean): VmGroup {
  const { compute, traps, packets, screen, clones, loop } = group
  const only = <W extends { readonly arrivals: Arrivals }>(name: string, work: W): W =>
    isKept(name) ? work : { ...work, arrivals: NEVER }
  const streams = compute === null || 'cycles' in compute ? compute && only('compute', compute) : null
  return {
    ...group,
    compute:
      streams ??
      (compute as Exclude<typeof compute, { cycles: unknown }>)?.map((work, i) => only(`compute.${i}`, work)) ??
      null,
    traps: Object.fromEntries(Object.entries(traps).filter(([kind]) => isKept(`traps.${kind}`))),
    packets: packets.map((flow, i) => only(`packets.${i}`, flow)),
    screen: screen && only('screen', screen),
    clones: isKept('clones') ? clones : null,
    loop: loop && namesOfLoop(loop).some(isKept) ? loop : null,
  }
}

function namesOfLoop({ traps, packets }: LoopWork): string[] {
  const trapped = Object.keys(traps).map((kind) => `loop.traps.${kind}`)
  return ['loop.compute', ...trapped, ...packets.map((_, i) => `loop.packets.${i}`)]
}

/**
 * The scenario for a part of its time; batches and loops, which have no end in time, with a part of their items.
 * @param windowNs how long its window was, where its work decided that
 */
export function shortened(scenario: Scenario, share: number, windowNs: number): Scenario {
  const part = (count: number) => Math.max(1, Math.round(count * share))
  const warmupNs = Math.round(scenario.warmupNs * share)
  const batch = ({ isFromStart: _, ...clones }: CloneWork): CloneWork => ({
    ...clones,
    count: clones.arrivals === null ? part(clones.count) : clones.count,
    // A batch behind the window would not be counted.
    atNs: 0,
  })
  const vms = Object.entries(scenario.vms).map(([name, group]): [string, VmGroup] => {
    const { clones, loop } = group
    return [name, { ...group, clones: clones && batch(clones), loop: loop && { ...loop, repeat: part(loop.repeat) } }]
  })
  const hasEnd = vms.some(([, { clones, loop }]) => clones !== null || loop !== null)
  const isUntil = scenario.measureNs === null || (scenario.measureNs === 'batches' && hasEnd)
  const measureNs = isUntil
    ? scenario.measureNs
    : Math.max(1, Math.round((typeof scenario.measureNs === 'number' ? scenario.measureNs : windowNs) * share))
  return { ...scenario, warmupNs, measureNs, vms: Object.fromEntries(vms) }
}
