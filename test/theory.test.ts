// The engine against closed forms of queueing theory, and the proof that these checks can fail: each is repeated with a
// planted fault and must then not hold.
import { describe, expect, test } from 'vitest'
import { meanOf, sampler, type Distribution } from '../src/engine/distributions.ts'
import { Resource } from '../src/engine/resource.ts'
import { SharedServers } from '../src/engine/sharing.ts'
import { Simulation, type EventKind } from '../src/engine/simulation.ts'
import { Tally, TimeWeighted } from '../src/engine/averages.ts'

const REPLICATIONS = 20
/** Student's t at 99.95 % for 19 degrees of freedom: two-sided 99.9 % (any printed table). */
const STUDENT_T = 3.883

type Submit = (amount: number, priority: number, done: EventKind, job: number) => boolean
type Station = (sim: Simulation, servers: number) => Submit
const FAULTS = ['an idle server lets jobs wait', 'one server too many', 'service takes 3 % longer'] as const
type Fault = (typeof FAULTS)[number]

interface System {
  /** Poisson arrivals per unit of time; a class's priority is its place here. */
  classes: { rate: number; service: Distribution }[]
  servers: number
  station: Station
  duration: number
}

interface Measured {
  /** Mean time in the system of each class. */
  sojourn: number[]
  /** Mean time in the system ÷ mean work of the same jobs, of each class. */
  stretch: number[]
  /** Mean number in the system, all classes. */
  number: number
  /** Jobs accepted per unit of time. */
  throughput: number
  /** Share of jobs that found no place. */
  lost: number
}

const resource =
  (discipline: 'fcfs' | 'priority' | 'processor-sharing', queue?: number): Station =>
  (sim, servers) => {
    const station = new Resource(sim, { name: 'station', servers, discipline, queue })
    return (amount, priority, done, job) => station.work(amount, done, job, priority)
  }

/** Class 0 is urgent, or all are members when there is one class only. */
const shared =
  (urgentClass: boolean): Station =>
  (sim, servers) => {
    const station = new SharedServers(sim, { name: 'station', servers, rate: 1 })
    return (amount, priority, done, job) => {
      if (urgentClass && priority === 0) station.urgent(amount, done, job)
      else station.start(amount, done, job)
      return true
    }
  }

/** One replication: a tenth of the duration warms up, the rest is measured. */
function simulate({ classes, servers, station, duration }: System, replication: number, fault?: Fault): Measured {
  const sim = new Simulation(20_26, replication)
  const submit = station(sim, fault === 'one server too many' ? servers + 1 : servers)
  const slowness = fault === 'service takes 3 % longer' ? 1.03 : 1
  const hold = fault === 'an idle server lets jobs wait' ? 0.3 : 0
  const SLOTS = 1 << 16
  const arrived = new Float64Array(SLOTS)
  const amount = new Float64Array(SLOTS)
  const classOf = new Uint8Array(SLOTS)
  const population = new TimeWeighted(0)
  let sojourns = classes.map(() => new Tally())
  let works = classes.map(() => new Tally())
  let jobs = 0
  let present = 0
  let accepted = 0
  let offered = 0
  const done = sim.event('done', (job) => {
    sojourns[classOf[job]].add(sim.now - arrived[job])
    works[classOf[job]].add(amount[job])
    population.set(sim.now, --present)
  })
  const enter = sim.event('enter', (job) => {
    offered++
    if (!submit(amount[job], classOf[job], done, job)) return
    accepted++
    population.set(sim.now, ++present)
  })
  classes.forEach(({ rate, service }, priority) => {
    const gaps = sim.stream(`gaps ${priority}`)
    const services = sampler(service, sim.stream(`services ${priority}`))
    const arrive: EventKind = sim.event('arrive', () => {
      const job = jobs++ & (SLOTS - 1)
      arrived[job] = sim.now
      amount[job] = slowness * services.next()
      classOf[job] = priority
      if (hold > 0) sim.after(hold * meanOf(service), enter, job)
      else sim.fire(enter, job)
      sim.after(gaps.exponential(1 / rate), arrive, 0)
    })
    sim.after(gaps.exponential(1 / rate), arrive, 0)
  })
  sim.run(duration / 10)
  population.restart(sim.now)
  sojourns = classes.map(() => new Tally())
  works = classes.map(() => new Tally())
  accepted = offered = 0
  sim.run(duration)
  const lost = 1 - accepted / offered
  const sojourn = sojourns.map((tally) => tally.mean)
  const stretch = sojourn.map((mean, i) => mean / works[i].mean)
  return { sojourn, stretch, number: population.mean(sim.now), throughput: accepted / (0.9 * duration), lost }
}

interface Verdict {
  holds: boolean
  /** Whether the truth lies outside the interval. */
  outside: boolean
  mean: number
  halfWidth: number
}

/** Whether `truth` lies in the 99.9 % interval of the replications and the interval is narrow enough to say so. */
function agrees(values: number[], truth: number, tolerance: number): Verdict {
  const tally = new Tally()
  for (const value of values) tally.add(value)
  const halfWidth = STUDENT_T * Math.sqrt(tally.variance / tally.count)
  const outside = Math.abs(tally.mean - truth) > halfWidth
  return { holds: !outside && halfWidth <= tolerance * truth, outside, mean: tally.mean, halfWidth }
}

interface Claim {
  name: string
  system: System
  measure: (measured: Measured) => number
  truth: number
  /** Greatest half-width of the interval, as a share of the truth. */
  tolerance?: number
  faults?: readonly Fault[]
}

/** Several claims may be about the same runs. */
const runs = new Map<string, Measured[]>()
function runsOf(system: System, fault?: Fault): Measured[] {
  const key = `${systems.indexOf(system)} ${fault}`
  const made = runs.get(key) ?? Array.from({ length: REPLICATIONS }, (_, i) => simulate(system, i, fault))
  runs.set(key, made)
  return made
}

const verdict = ({ system, measure, truth, tolerance = 0.02 }: Claim, fault?: Fault): Verdict =>
  agrees(runsOf(system, fault).map(measure), truth, tolerance)

/** Probability that an arrival at M/M/c/c is lost, `load` = arrival rate × mean service. */
function erlangB(servers: number, load: number): number {
  let lost = 1
  for (let n = 1; n <= servers; n++) lost = (load * lost) / (n + load * lost)
  return lost
}

/** Mean time in M/M/c with mean service 1. */
function timeInMMc(servers: number, load: number): number {
  const lost = erlangB(servers, load)
  const waits = lost / (1 - (load / servers) * (1 - lost))
  return 1 + waits / (servers - load)
}

/** Mean time in M/G/1, first come first served, mean service 1: Pollaczek and Khinchine. */
const timeInMG1 = (load: number, cv: number) => 1 + (load * (1 + cv * cv)) / (2 * (1 - load))

const first = ({ sojourn }: Measured) => sojourn[0]
const second = ({ sojourn }: Measured) => sojourn[1]
const one = (
  rate: number,
  service: Distribution,
  duration: number,
  station = resource('fcfs'),
  servers = 1,
): System => ({
  classes: [{ rate, service }],
  servers,
  station,
  duration,
})

/** Two exponential classes on one server, preemptive-resume: mean times of both. */
function twoClasses(rates: [number, number], means: [number, number]): [urgent: number, other: number] {
  const urgentLoad = rates[0] * means[0]
  const load = urgentLoad + rates[1] * means[1]
  const urgentResidual = rates[0] * means[0] * means[0]
  const residual = urgentResidual + rates[1] * means[1] * means[1]
  return [means[0] + urgentResidual / (1 - urgentLoad), (means[1] + residual / (1 - load)) / (1 - urgentLoad)]
}

function preemptive(rates: [number, number], means: [number, number], station: Station, duration: number): System {
  const classes = rates.map((rate, i) => ({ rate, service: { exponential: means[i] } }))
  return { classes, servers: 1, station, duration }
}

const EQUAL: [[number, number], [number, number]] = [
  [0.25, 0.25],
  [1, 1],
]
const [EQUAL_URGENT, EQUAL_OTHER] = twoClasses(...EQUAL)
/** A thousand short urgent jobs for each shared one. */
const UNEQUAL: [[number, number], [number, number]] = [
  [100, 0.1],
  [0.003, 1],
]
const UNEQUAL_OTHER = twoClasses(...UNEQUAL)[1]

const claims: Claim[] = [
  { name: 'M/M/1', system: one(0.5, { exponential: 1 }, 70_000), measure: first, truth: 2 },
  {
    name: 'M/M/4',
    system: one(3, { exponential: 1 }, 25_000, resource('fcfs'), 4),
    measure: first,
    truth: timeInMMc(4, 3),
  },
  { name: 'M/D/1', system: one(0.5, 1, 25_000), measure: first, truth: timeInMG1(0.5, 0) },
  {
    name: 'M/G/1 with cv 0.5',
    system: one(0.5, { erlang: { mean: 1, k: 4 } }, 30_000),
    measure: first,
    truth: timeInMG1(0.5, 0.5),
  },
  {
    name: 'M/G/1 with cv 2',
    system: one(0.5, { lognormal: { mean: 1, cv: 2 } }, 250_000),
    measure: first,
    truth: timeInMG1(0.5, 2),
    tolerance: 0.05,
  },
  ...([1, { exponential: 1 }, { weibull: { mean: 1, cv: 2 } }] as Distribution[]).map((service) => ({
    name: `M/G/1 processor sharing, service ${JSON.stringify(service)}`,
    system: one(0.5, service, 70_000, resource('processor-sharing')),
    measure: first,
    truth: 2,
  })),
  ...(['Resource', 'SharedServers'] as const).flatMap((kind) => {
    const station = kind === 'Resource' ? resource('priority') : shared(true)
    const system = preemptive(...EQUAL, station, 120_000)
    return [
      { name: `preemptive-resume, the urgent class, ${kind}`, system, measure: first, truth: EQUAL_URGENT },
      { name: `preemptive-resume, the other class, ${kind}`, system, measure: second, truth: EQUAL_OTHER },
      {
        name: `preemptive-resume, 1,000 urgent jobs to one other, ${kind}`,
        system: preemptive(...UNEQUAL, station, 800),
        // Per work done, since the few large jobs themselves vary most. Longer jobs stretch alike: no such fault here.
        measure: ({ stretch }: Measured) => stretch[1],
        truth: UNEQUAL_OTHER,
        tolerance: 0.05,
        faults: FAULTS.slice(0, 2),
      },
    ]
  }),
  {
    name: 'four servers shared by members with at most one each, against M/M/4',
    system: one(3, { exponential: 1 }, 25_000, shared(false), 4),
    measure: first,
    truth: timeInMMc(4, 3),
  },
  {
    name: 'M/M/c/c, Erlang B',
    system: one(5, { exponential: 1 }, 25_000, resource('fcfs', 0), 5),
    measure: ({ lost }) => lost,
    truth: erlangB(5, 5),
    faults: FAULTS.slice(1),
  },
]

const systems = [...new Set(claims.map(({ system }) => system))]

describe.each(claims)('$name', (claim) => {
  test('has the mean of the closed form', () => {
    expect(verdict(claim)).toMatchObject({ holds: true })
  })
  test.each(claim.faults ?? FAULTS)('is told from the closed form when %s', (fault) => {
    expect(verdict(claim, fault)).toMatchObject({ holds: false, outside: true })
  })
})

describe("Little's law", () => {
  const queues: Record<string, System> = {
    'first come first served': one(3.2, { exponential: 1 }, 20_000, resource('fcfs'), 4),
    'a finite queue': one(5, { exponential: 1 }, 20_000, resource('fcfs', 3), 4),
    'processor sharing': one(0.6, { pareto: { mean: 1, cv: 2 } }, 20_000, resource('processor-sharing')),
  }
  test.each(Object.entries(queues))('holds with %s', (_, system) => {
    const ratios = Array.from({ length: REPLICATIONS }, (__, replication) => {
      const { sojourn, number, throughput } = simulate(system, replication)
      return number / (throughput * sojourn[0])
    })
    expect(agrees(ratios, 1, 0.02)).toMatchObject({ holds: true })
  })
})
