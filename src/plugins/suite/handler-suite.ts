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
import { HandlerPrices, stepKey } from './handler-prices.ts'
import { pathsOf, Probe } from './handler-probe.ts'
import { BUSY, COMPUTE_CYCLES, QUIET, withRequests } from './handler-work.ts'
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
    const prices = new HandlerPrices(technologies, technology)
    const probe = new Probe(technology, handlerName, prices)
    const watched = technologies.map((each) => (each === technology ? probe.watched : each))
    attempt(probe, () => quietRun(probe, prices, watched, arm))
    reached ||= probe.entered > 0
    // A handler that loses or doubles units would leave nothing to look at, or not let go.
    if (probe.faults.size === 0) attempt(probe, () => freeRun(probe, prices, technologies, arm))
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

/** Requests for all technologies with work of their own. */
function asked(setup: Setup, technologies: readonly Technology[]): Setup {
  return withRequests(
    setup,
    technologies.flatMap(({ passes }) => passes ?? []),
  )
}

/** A finite list of work, with the handler watched. */
function quietRun(probe: Probe, prices: HandlerPrices, technologies: readonly Technology[], arm: Arm): void {
  const quiet = asked(QUIET, technologies)
  const host = new Host(quiet, arm, 0, technologies)
  prices.attach(host)
  probe.attach(host)
  const tallies = runBounded(host)
  probe.finish()
  checkSpent(probe, tallies)
  checkLines(probe, prices, host, tallies)
  checkPassed(probe, prices, tallies)
  checkAccounts(probe, quiet, tallies)
}

/** Where all costs that its prices are made of are nothing, a handler charges nothing: it has no prices of its own. */
function freeRun(probe: Probe, prices: HandlerPrices, technologies: readonly Technology[], arm: Arm): void {
  const costs = Object.fromEntries([...prices.named].map((name) => [name, 0]))
  const { ledger } = runBounded(new Host({ ...asked(QUIET, technologies), costs }, arm, 0, technologies))
  for (const [key, cycles] of spentBySteps(probe, ledger))
    if (cycles !== 0 && !prices.spins.has(key))
      probe.fault(SUM, `${key}: ${cycles} cycles in the ledger when the costs it names are 0`)
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

const SUM: CheckName = 'ledger is the sum of its steps'

/** What the ledger holds of the handler's technology, by step. */
function spentBySteps({ technology }: Probe, ledger: Tallies['ledger'], isMeant = (_cause: string): boolean => true) {
  const spent = new Map<string, number>()
  for (const { technology: name, cause, place, step, executed } of ledger)
    if (name === technology.name && isMeant(cause))
      spent.set(`${place} ${step}`, (spent.get(`${place} ${step}`) ?? 0) + executed)
  return spent
}

/** Every step against the units that passed it; what was charged by no step that the handler declares is in no sum. */
function checkPassed(probe: Probe, { passed, spins }: HandlerPrices, { ledger }: Tallies): void {
  const spent = spentBySteps(probe, ledger)
  // A vCPU that spins pays for the time that it takes, which no cost says.
  for (const key of spins) spent.delete(key)
  for (const key of new Set([...passed.keys(), ...spent.keys()])) {
    const [cycles, due] = [spent.get(key) ?? 0, passed.get(key) ?? 0]
    if (cycles !== due) probe.fault(SUM, `${key}: ${cycles} cycles in the ledger, its steps come to ${due}`)
  }
}

/** Steps of straight lines, traps and guest work against what entered the handler. */
function checkLines(probe: Probe, prices: HandlerPrices, host: Host, { ledger, work }: Tallies): void {
  const { technology, handlerName } = probe
  const wiring = host.wiring(technology.name)!
  const expected = new Map(probe.expected)
  const expect = (step: Step, times: number, size: number): void => {
    const cycles = times * prices.cyclesOf(step, 1, size)
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
  const spent = spentBySteps(probe, ledger, (cause) => handler.traps === undefined || cause === technology.name)
  for (const [key, due] of expected) {
    const cycles = spent.get(key) ?? 0
    if (isStraight ? cycles !== due : cycles < due)
      probe.fault(SUM, `${key}: ${cycles} cycles in the ledger, what entered costs ${due}`)
  }
}

function checkAccounts(probe: Probe, setup: Setup, tallies: Tallies): void {
  const [first] = discrepancies(setup, tallies)
  if (first !== undefined) probe.fault('accounts balance', first)
}

/** Runs without a probe: what must be equal is compared. */
function plainRuns(probe: Probe, technologies: readonly Technology[], others: Arm, arm: Arm): void {
  for (const setup of [asked(QUIET, technologies), asked(BUSY, technologies)]) {
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
    const { events } = first.tallies
    if (JSON.stringify({ ...runBounded(strange), events }) !== JSON.stringify(first.tallies))
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
