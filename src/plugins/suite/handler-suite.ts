// The suite that every handler must pass, ours and a user's own: what enters leaves exactly once or is dropped, what is
// charged is whole, takes its time and adds up, and nothing depends on anything but the seed.
//
//   quiet run    a finite list of every kind of work, all of it done long before the window ends: sums must be exact
//   busy run     random work, more than the host can do, on a divided port and with a warm-up: both accounts must balance
import { closeAccounts } from '../../models/host/account.ts'
import { TRAP_KINDS, type Arm, type Setup } from '../../models/host/setup.ts'
import type { Tallies } from '../../models/host/tallies.ts'
import { Host } from '../../models/host/host.ts'
import { type Handler, type Step, type Technology } from '../../models/host/technology.ts'
import { discrepancies } from './balance.ts'
import { cyclesOf, pathsOf, Probe, stepKey } from './handler-probe.ts'
import { BUSY, COMPUTE_CYCLES, QUIET } from './handler-work.ts'
import { simulate } from '../../runs/replication.ts'

/** What was checked, whether it holds, and if not, what was seen. */
export interface HandlerCheck {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
}

const CHECKS = [
  'runs to its end',
  'is reached by work',
  'leaves once',
  'handed on as it came',
  'takes its time',
  'whole cycles',
  'ledger is the sum of its steps',
  'cycles charged are cycles spent',
  'accounts balance',
  'same work as without it',
  'same seed, same bytes',
  'streams of its own',
  'unrelated events change nothing',
] as const
type CheckName = (typeof CHECKS)[number]

/** A run that schedules more events than this does not end by itself. */
const EVENTS_MAX = 3_000_000

/**
 * Runs all checks on one handler: alone, and together with handlers of the other technologies.
 * @throws RangeError when there is no such technology or handler
 */
export function handlerSuite(technologies: readonly Technology[], name: string, handlerName: string): HandlerCheck[] {
  const technology = technologies.find((candidate) => candidate.name === name)
  const handler = technology?.handlers[handlerName]
  if (!technology || !handler) throw new RangeError(`no handler ${name}: ${handlerName}`)
  const faults = new Map<string, string>()
  let reached = handler.traps !== undefined || handler.guestWork !== undefined
  for (const others of [{}, othersOf(technologies, name)]) {
    const arm = { ...others, [name]: handlerName }
    const probe = new Probe(technology, handlerName)
    const watched = technologies.map((each) => (each === technology ? probe.watched : each))
    attempt(probe, () => quietRun(probe, watched, arm))
    reached ||= probe.entered > 0
    // A handler that loses or doubles units would leave nothing to look at, or not let go.
    if (probe.faults.size === 0) attempt(probe, () => plainRuns(probe, technologies, others, arm))
    for (const [check, what] of probe.faults) if (!faults.has(check)) faults.set(check, what)
  }
  if (!reached) faults.set('is reached by work', 'no kind of work enters it')
  return CHECKS.map((check) => ({ check, ok: !faults.has(check), detail: faults.get(check) ?? '' }))
}

/** One handler of every other technology: of NICs one that hands out devices, so that all paths are in use. */
function othersOf(technologies: readonly Technology[], name: string): Arm {
  const others = technologies.filter((technology) => technology.name !== name)
  const chosen = others.map(({ name: other, handlers }) => {
    const entries = Object.entries(handlers)
    const [handler] = entries.find(([, { assigned }]) => assigned) ?? entries[0]
    return [other, handler] as const
  })
  return Object.fromEntries(chosen)
}

function attempt(probe: Probe, what: () => void): void {
  try {
    what()
  } catch (error) {
    probe.fault('runs to its end' satisfies CheckName, error instanceof Error ? error.message : String(error))
  }
}

/** A finite list of work, with the handler watched. */
function quietRun(probe: Probe, technologies: readonly Technology[], arm: Arm): void {
  const host = new Host(QUIET, arm, 0, technologies)
  probe.attach(host)
  const tallies = runBounded(host)
  probe.finish()
  checkSpent(probe, tallies)
  checkSteps(probe, host, tallies)
  checkAccounts(probe, QUIET, tallies)
}

/** No job runs across an edge and all is finished, so each line's two accounts are the same number. */
function checkSpent(probe: Probe, { ledger, work }: Tallies): void {
  const check: CheckName = 'cycles charged are cycles spent'
  const isDropping = work.some(({ dropped }) => dropped > 0)
  for (const { technology, step, executed, counted } of ledger)
    if (isDropping ? counted > executed : counted !== executed)
      probe.fault(check, `${technology}: ${step}: ${counted} cycles charged, ${executed} spent by cores`)
  for (const { group, work: name, unfinished } of work)
    if (unfinished !== 0) probe.fault('leaves once', `${unfinished} items of ${group}.${name} were never finished`)
}

/** What the ledger holds against what steps cost that are plain data. */
function checkSteps(probe: Probe, host: Host, { ledger, work }: Tallies): void {
  const { technology, handlerName } = probe
  const wiring = host.wiring(technology.name)!
  const expected = new Map(probe.expected)
  const expect = (step: Step, times: number, size: number): void => {
    const cycles = times * cyclesOf(wiring, step, 1, size)
    expected.set(stepKey(step), (expected.get(stepKey(step)) ?? 0) + cycles)
  }
  const handler: Handler = technology.handlers[handlerName]
  const generated = (name: string): number =>
    work.reduce((sum, tally) => (tally.work === name ? sum + tally.generated : sum), 0)
  if (handler.traps)
    for (const kind of TRAP_KINDS)
      for (const piece of handler.traps(kind, wiring))
        if (!('trap' in piece)) expect(piece, generated(`traps.${kind}`), 0)
  for (const piece of handler.guestWork ?? [])
    if (!('trap' in piece)) expect(piece, generated('compute'), COMPUTE_CYCLES)
  // A path function may use a step of that name too, so then the lines' sum is the least that must be there.
  const isStraight = pathsOf(handler).every((path) => typeof path !== 'function')
  const isOwn = (cause: string): boolean => handler.traps === undefined || cause === technology.name
  for (const [key, cycles] of expected) {
    const spent = ledger.reduce(
      (sum, { technology: name, cause, place, step, executed }) =>
        name === technology.name && isOwn(cause) && `${place} ${step}` === key ? sum + executed : sum,
      0,
    )
    if (isStraight ? spent !== cycles : spent < cycles)
      probe.fault('ledger is the sum of its steps', `${key}: ${spent} cycles in the ledger, its steps cost ${cycles}`)
  }
}

function checkAccounts(probe: Probe, setup: Setup, tallies: Tallies): void {
  const [first] = discrepancies(setup, tallies)
  if (first !== undefined) probe.fault('accounts balance', first)
}

/** Runs without a probe: what must be equal is compared. */
function plainRuns(probe: Probe, technologies: readonly Technology[], others: Arm, arm: Arm): void {
  for (const setup of [QUIET, BUSY]) {
    const strange = new Host(setup, arm, 0, technologies)
    const first = streamsAsked(new Host(setup, arm, 0, technologies))
    const again = streamsAsked(new Host(setup, arm, 0, technologies))
    const without = streamsAsked(new Host(setup, others, 0, technologies))
    checkAccounts(probe, setup, first.tallies)
    if (JSON.stringify(first.tallies) !== JSON.stringify(again.tallies))
      probe.fault('same seed, same bytes', 'two runs of the same seed differ')
    if (first.tallies.digest !== without.tallies.digest)
      probe.fault(
        'same work as without it',
        'the digest of the generated work is not that of a run without the handler',
      )
    checkStreams(probe, first.names, without.names)
    addStranger(strange)
    if (JSON.stringify(runBounded(strange)) !== JSON.stringify(first.tallies))
      probe.fault('unrelated events change nothing', 'a stream and an event that nobody uses change the result')
  }
}

/** A run and the names of all random streams that were asked for. */
function streamsAsked(host: Host): { tallies: Tallies; names: string[] } {
  const names: string[] = []
  const { sim } = host
  const stream = sim.stream.bind(sim)
  sim.stream = (name) => {
    names.push(name)
    return stream(name)
  }
  return { tallies: runBounded(host), names }
}

/** A handler's streams are its own: named after its technology, and each asked for once. */
function checkStreams(probe: Probe, asked: readonly string[], without: readonly string[]): void {
  const check: CheckName = 'streams of its own'
  const prefix = `${probe.technology.name}.`
  const left = [...without]
  const own = asked.filter((name) => {
    const index = left.indexOf(name)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
  const foreign = own.find((name) => !name.startsWith(prefix))
  if (foreign !== undefined) probe.fault(check, `it draws from \`${foreign}\`; its own are named \`${prefix}…\``)
  const twice = own.find((name, i) => own.indexOf(name) !== i)
  if (twice !== undefined) probe.fault(check, `\`${twice}\` is asked for twice and gives the same numbers twice`)
}

/** A stream that is drawn from, and an event that does nothing, over and over. */
function addStranger({ sim, window }: Host): void {
  const draws = sim.stream('unrelated')
  const everyNs = window.closesNs / 999
  const nothing = sim.event('nothing', () => {
    draws.uniform()
    if (sim.now < window.closesNs) sim.after(everyNs, nothing, 0)
  })
  sim.after(everyNs, nothing, 0)
}

function runBounded(host: Host): Tallies {
  const { sim } = host
  const after = sim.after.bind(sim)
  let events = 0
  sim.after = (delayNs, kind, arg) => {
    if (++events > EVENTS_MAX) throw new Error(`more than ${EVENTS_MAX} events: it does not end`)
    return after(delayNs, kind, arg)
  }
  simulate(host)
  return closeAccounts(host, 'arm', 0)
}
