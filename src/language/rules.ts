// Rules that hold between places of a scenario, after each place was read on its own. Whatever was already found wrong
// is missing from the draft and says nothing here, so that one mistake gives one line.
import { PARTITION_RULE, PARTITION_STEP_BIT_PER_S, PARTITIONS_MAX } from '../models/host/port.ts'
import type { Written } from './scenario-language.ts'
import { entryAt, type Entry, type Tree } from './document.ts'
import { expectationIn, type Names } from './expectation.ts'
import { listed, nearest, type Fault } from './faults.ts'
import { OPEN_WORK, workFaults } from './work-rules.ts'
import type { Draft } from './shapes.ts'

type Scenario = Draft<Written>
type Keys = readonly (string | number)[]

interface Checking {
  readonly scenario: Scenario
  /** Whether something stands at the place, right or wrong. */
  readonly has: (...keys: Keys) => boolean
  /** As `has`, or a key stands there so like it that it was meant and is reported as misspelt. */
  readonly meant: (...keys: Keys) => boolean
  readonly fault: (keys: Keys, text: string) => void
}

/** Faults of a scenario as a whole. `tree`: where the draft was read from. */
export function brokenRules(scenario: Scenario, tree: Tree): Fault[] {
  const faults: Fault[] = []
  const checking: Checking = {
    scenario,
    has: (...keys) => isSomething(entryAt(tree, keys)),
    meant: (...keys) => isMeant(tree, keys),
    fault: (keys, text) => {
      faults.push({ place: entryAt(tree, keys)?.at ?? tree.at, path: keys.join('.'), text })
    },
  }
  armsNameTheSame(checking)
  devicesExist(checking)
  partitionsFit(checking)
  streamsNamePartitions(checking)
  workFitsTheEnd(checking)
  oneVlanPerSwitchPort(checking)
  grantsFit(checking)
  precisionHasTwoArms(checking)
  warmupHasOpenWork(checking)
  expectationsMakeSense(checking)
  fitHasAGroup(checking)
  peersHaveTwoArms(checking)
  for (const { keys, text } of workFaults(scenario)) checking.fault(keys, text)
  return faults
}

function isSomething(entry: Entry | null): boolean {
  if (entry === null) return false
  const { value } = entry
  return value.form === 'scalar' || (value.form === 'list' ? value.items.length > 0 : value.entries.size > 0)
}

function isMeant(tree: Tree, keys: Keys): boolean {
  if (entryAt(tree, keys) !== null) return true
  const inside = entryAt(tree, keys.slice(0, -1))?.value
  if (inside?.form !== 'map') return keys.length > 0 && inside === undefined && isMeant(tree, keys.slice(0, -1))
  return [...inside.entries.keys()].some((key) => nearest(key, [String(keys.at(-1))]).length > 0)
}

function armsNameTheSame({ scenario, meant, fault }: Checking): void {
  const [first, ...others] = Object.entries(scenario.arms ?? {})
  if (first === undefined) return
  const [baseline, choices] = first
  if (choices === undefined) return
  for (const [name, arm] of others) {
    if (arm === undefined) continue
    const missing = Object.keys(choices).filter((technology) => !meant('arms', name, technology))
    const extra = Object.keys(arm).filter((technology) => !meant('arms', baseline, technology))
    const instead = 'all arms name the same technologies, so add it to the one or remove it from the other'
    if (missing.length > 0)
      fault(['arms', name], `lacks ${listed(missing)}, which arm \`${baseline}\` names; ${instead}`)
    if (extra.length > 0) fault(['arms', name], `names ${listed(extra)}, which arm \`${baseline}\` lacks; ${instead}`)
  }
}

/** Every packet stream, open or in a loop. */
function streamsOf(scenario: Scenario) {
  return Object.entries(scenario.vms ?? {}).flatMap(([group, vm]) => [
    ...(vm?.packets ?? []).map((stream, index) => ({ stream, keys: ['vms', group, 'packets', index] })),
    ...(vm?.loop?.packets ?? []).map((stream, index) => ({
      stream,
      keys: ['vms', group, 'loop', 'packets', index],
    })),
  ])
}

function devicesExist({ scenario, has, meant, fault }: Checking): void {
  if (!meant('host')) return
  for (const group of Object.keys(scenario.vms ?? {})) {
    if (!meant('host', 'nic')) {
      for (const work of [['packets'], ['screen'], ['loop', 'packets']]) {
        if (!has('vms', group, ...work)) continue
        fault(['vms', group, ...work], 'needs a network port; write host: { nic: { rate: 10 Gbit/s } }')
      }
    }
    if (!meant('host', 'array') && has('vms', group, 'clones')) {
      const instead = 'host: { array: { path: 8 Gbit/s, internal: 4 GB/s } }'
      fault(['vms', group, 'clones'], `needs a storage array; write ${instead}`)
    }
  }
}

function partitionsFit({ scenario, has, fault }: Checking): void {
  if (!has('host', 'nic', 'partitions')) return
  const nic = scenario.host?.nic
  const partitions = nic?.partitions ?? []
  const place = ['host', 'nic', 'partitions']
  if (partitions.length > PARTITIONS_MAX) {
    fault([...place, PARTITIONS_MAX], `is partition number 5; remove it: ${PARTITION_RULE}`)
  }
  const seen = new Set<string>()
  for (const [index, partition] of partitions.entries()) {
    const { name, rate } = partition ?? {}
    if (name !== undefined && seen.has(name)) {
      fault([...place, index, 'name'], `\`${name}\` is the name of another partition; choose another`)
    }
    if (name !== undefined) seen.add(name)
    if (typeof rate === 'number' && rate % PARTITION_STEP_BIT_PER_S !== 0) {
      fault([...place, index, 'rate'], `is not in whole steps: ${PARTITION_RULE}; write a multiple of 100 Mbit/s`)
    }
  }
  const rates = partitions.map((partition) => partition?.rate)
  if (nic?.rate === undefined || rates.includes(undefined)) return
  const fixed = rates.reduce((sum: number, rate) => sum + (typeof rate === 'number' ? rate : 0), 0)
  const shared = rates.filter((rate) => rate === 'auto').length
  const [asked, offered] = [`${fixed / 1e6} Mbit/s`, `${nic.rate / 1e6} Mbit/s`]
  if (fixed > nic.rate) {
    fault(place, `ask for ${asked} of a port that has ${offered}; ask for less: ${PARTITION_RULE}`)
  } else if (nic.rate - fixed < shared * PARTITION_STEP_BIT_PER_S) {
    fault(place, `leave less than 100 Mbit/s for each \`auto\`; ask for less: ${PARTITION_RULE}`)
  }
}

function streamsNamePartitions({ scenario, has, meant, fault }: Checking): void {
  const divided = meant('host', 'nic', 'partitions')
  const known = (scenario.host?.nic?.partitions ?? []).map((partition) => partition?.name)
  for (const { stream, keys } of streamsOf(scenario)) {
    const place = [...keys, 'partition']
    if (!divided && has(...place) && meant('host', 'nic')) {
      fault(place, 'names a partition of a port that is not divided; remove it or add host.nic.partitions')
    }
    if (!divided || stream === undefined || known.length === 0 || known.includes(undefined)) continue
    const names = listed(known as string[], 'or')
    if (!meant(...place)) fault(keys, `names no partition of the divided port; write partition: ${names}`)
    else if (stream.partition !== undefined && !known.includes(stream.partition)) {
      fault(place, `no partition \`${stream.partition}\`; write ${names}`)
    }
  }
}

function workFitsTheEnd(checking: Checking): void {
  const { scenario, has, meant, fault } = checking
  const isUntil = has('run', 'until') && !meant('run', 'measure')
  const untilBatches = isUntil && scenario.run?.until === 'batches'
  const untilIdle = isUntil && scenario.run?.until === 'idle'
  const measured = has('run', 'measure') && !meant('run', 'until')
  const groups = Object.keys(scenario.vms ?? {})
  for (const group of groups) {
    if (measured && has('vms', group, 'loop')) {
      fault(['vms', group, 'loop'], 'needs a run until it is done; write run: { warmup: 0 s, until: idle }')
    }
    const beside = groups.some((other) => meant('vms', other, 'clones') || meant('vms', other, 'loop'))
    for (const work of OPEN_WORK) {
      if (!untilIdle || !has('vms', group, work) || endsByItself(scenario, group, work)) continue
      const instead = `${beside ? 'write until: batches' : 'put it in a `loop`'}, remove it, or write run: { measure: 3 s }`
      fault(['vms', group, work], `never ends, so \`until: idle\` would not be reached; ${instead}`)
    }
  }
  const isLog = (group: string) =>
    OPEN_WORK.some((work) => has('vms', group, work) && endsByItself(scenario, group, work))
  const closed = groups.some((group) => meant('vms', group, 'clones') || meant('vms', group, 'loop') || isLog(group))
  if (untilIdle && groups.length > 0 && !closed) {
    fault(['run', 'until'], 'finds nothing to wait for; give a group `clones` or a `loop`, or write measure: 3 s')
  }
  if (untilBatches) batchesTakeTime(checking, groups, closed)
}

/** The window lasts as long as batches do, so there must be one, and it must not be done at once. */
function batchesTakeTime({ scenario, meant, fault }: Checking, groups: readonly string[], closed: boolean): void {
  if (groups.length > 0 && !closed) {
    const text = 'finds no batch to wait for; give a group `clones` or a `loop`, or write measure: 3 s'
    return fault(['run', 'until'], text)
  }
  if (groups.some((group) => meant('vms', group, 'loop'))) return
  const arms = Object.keys(scenario.arms ?? {})
  if (arms.length === 0 || arms.some((arm) => meant('arms', arm, 'clone'))) return
  const text =
    'ends at once: no arm names a handler for `clone`, so clones cost nothing; add clone: host-copy to the arms'
  fault(['run', 'until'], text)
}

/** Whether open work of a group has an end: all of it comes from logs. What is wrong is not known to have none. */
function endsByItself(scenario: Scenario, group: string, work: (typeof OPEN_WORK)[number]): boolean {
  const written = scenario.vms?.[group]?.[work]
  const streams = (
    Array.isArray(written) ? written : work === 'traps' ? Object.values(written ?? {}) : [written]
  ) as readonly unknown[]
  return streams.every((stream) => typeof stream === 'object' && stream !== null && 'arrivals' in stream)
}

function oneVlanPerSwitchPort({ scenario, fault }: Checking): void {
  const arms = Object.entries(scenario.arms ?? {}).filter(([, arm]) => arm?.vlan === 'switch-tagging')
  if (arms.length === 0) return
  const arm = arms[0][0]
  const first = new Map<string, number>()
  for (const { stream, keys } of streamsOf(scenario)) {
    const vlan = vlanId(stream?.vlan ?? false)
    if (vlan === 0) continue
    const partition = stream?.partition ?? ''
    const other = first.get(partition) ?? vlan
    first.set(partition, other)
    if (other === vlan) continue
    const where = partition === '' ? 'the port' : `partition \`${partition}\``
    const rule = `\`switch-tagging\` of arm \`${arm}\` has one VLAN per port or partition`
    fault([...keys, 'vlan'], `is VLAN ${vlan} on ${where} that carries VLAN ${other}; write ${other}: ${rule}`)
  }
}

/** What groups are given of limited things. */
function grantsFit({ scenario, has, meant, fault }: Checking): void {
  for (const [group, vm] of Object.entries(scenario.vms ?? {})) {
    const grants = { 'screen.card': vm?.screen?.card, 'nic.associations': vm?.nic?.associations }
    for (const [path, grant] of Object.entries(grants)) {
      if (typeof grant !== 'number' || vm?.count === undefined || grant <= vm.count) continue
      const text = `is for ${grant} of a group of ${vm.count}; write a number from 0 to ${vm.count}, or true for all`
      fault(['vms', group, ...path.split('.')], text)
    }
    if (!has('vms', group, 'nic', 'associations')) continue
    const place = ['vms', group]
    const streams = streamsOf(scenario).filter(({ keys }) => place.every((key, i) => keys[i] === key))
    if (streams.some(({ stream, keys }) => stream === undefined || stream.vpn === true || !has(...keys))) continue
    if (streams.length === 0 && ['packets', 'loop'].some((work) => meant(...place, work))) continue
    const text = 'is for tunnels, and the group has none; write vpn: true in its `packets`, or remove it'
    fault([...place, 'nic', 'associations'], text)
  }
}

function precisionHasTwoArms({ scenario, has, fault }: Checking): void {
  if (!has('run', 'precision') || Object.keys(scenario.arms ?? {}).length !== 1) return
  fault(['run', 'precision'], 'is that of a difference, and there is one arm; add an arm or write replications: 10')
}

function warmupHasOpenWork({ scenario, meant, fault }: Checking): void {
  const groups = Object.keys(scenario.vms ?? {})
  if (scenario.run?.warmup !== 'auto' || groups.length === 0 || meant('run', 'until')) return
  if (groups.some((group) => OPEN_WORK.some((work) => meant('vms', group, work)))) return
  fault(['run', 'warmup'], 'finds no work that could settle, only batches; write 0 s')
}

function fitHasAGroup({ scenario, has, fault }: Checking): void {
  const group = scenario.fit?.group
  if (group === undefined) return
  const open = Object.keys(scenario.vms ?? {}).filter((name) => OPEN_WORK.some((work) => has('vms', name, work)))
  if (open.includes(group) || open.length === 0) return
  const what = scenario.vms?.[group] === undefined ? 'no group' : 'no open work in'
  fault(['fit', 'group'], `${what} \`${group}\`, so no number of its VMs fits; write ${listed(open, 'or')}`)
}

function expectationsMakeSense({ scenario, fault }: Checking): void {
  if (scenario.arms === undefined || Object.values(scenario.arms).includes(undefined)) return
  for (const [index, text] of (scenario.expect ?? []).entries()) {
    if (text === undefined) continue
    const read = expectationIn(text, namesOf(scenario))
    if ('refused' in read) fault(['expect', index], read.refused)
  }
}

/** What an expectation may name. */
export function namesOf({ arms = {}, parameters = {} }: Pick<Scenario, 'arms' | 'parameters'>): Names {
  const names = Object.keys(arms)
  return {
    parameters: parameters as Names['parameters'],
    baseline: names[0],
    arms: names,
    technologies: Object.keys(Object.values(arms)[0] ?? {}).sort(),
  }
}

/** The id on the wire: 0 without a tag; `true` is VLAN 1. */
export function vlanId(vlan: boolean | number): number {
  return typeof vlan === 'number' ? vlan : vlan ? 1 : 0
}

function peersHaveTwoArms({ scenario, fault }: Checking): void {
  const arms = Object.keys(scenario.arms ?? {}).length
  if (arms !== 1 || (scenario.compare ?? []).length === 0) return
  fault(['compare'], 'holds a gain against formulas, and there is one arm; add an arm or remove it')
}
