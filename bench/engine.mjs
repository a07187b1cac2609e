// What the engine can do: M/M/1, the hold model, and the price of an urgent job beside many sharers. Each benchmark first
// makes an untimed pass of the same size, so that what is timed is compiled.
import { Resource, SharedServers, Simulation } from '../dist/engine/index.js'

/** Seconds that `work` takes on the third of three passes: in the second V8 compiles anew, for other closures of the same code. */
function timed(prepare) {
  prepare()()
  prepare()()
  const work = prepare()
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

/** M/M/1, arrival rate 0.9 and service rate 1, through a Resource. */
export function mm1(customers) {
  // Few customers are ever present at once (more than 4096 with probability 0.9^4096): their arrivals lie in a ring.
  const RING = 1 << 12
  const arrivedNs = new Float64Array(RING)
  const sojourns = new Float64Array(1)
  const seconds = timed(() => {
    const sim = new Simulation(1)
    const gaps = sim.stream('gaps')
    const services = sim.stream('services')
    const server = new Resource(sim, { name: 'server', servers: 1, discipline: 'fcfs' })
    const done = sim.event('done', (customer) => {
      sojourns[0] += sim.now - arrivedNs[customer & (RING - 1)]
    })
    const arrive = sim.event('arrive', (customer) => {
      arrivedNs[customer & (RING - 1)] = sim.now
      server.work(services.exponential(1), done, customer)
      if (customer + 1 < customers) sim.after(gaps.exponential(1 / 0.9), arrive, customer + 1)
    })
    sim.after(gaps.exponential(1 / 0.9), arrive, 0)
    sojourns[0] = 0
    return () => {
      sim.run(Infinity)
      if (server.completed !== customers) throw new Error(`${server.completed} customers were served`)
    }
  })
  return { customers_per_s: customers / seconds, mean_sojourn: sojourns[0] / customers }
}

/** Delays of the hold model. `periodic` is a mixture of timers, which makes many ties. */
export const DELAYS = {
  exponential: (stream) => stream.exponential(1),
  heavy: (stream) => Math.exp(stream.exponential(1) / 1.1),
  periodic: (stream) => 1 + stream.below(4),
}

/** The hold model: each event schedules one, so `pending` of them are always to come. Eight kinds. */
export function hold(pending, holds, delays) {
  const seconds = timed(() =>
    delays === 'exponential' ? exponentialHolds(pending, holds) : otherHolds(pending, holds, delays),
  )
  return { holds_per_s: holds / seconds }
}

function exponentialHolds(pending, holds) {
  const sim = new Simulation(1)
  const delays = sim.stream('delays')
  let left = holds
  const kinds = Array.from({ length: 8 }, (_, i) =>
    sim.event(`kind ${i}`, (arg) => {
      if (--left === 0) sim.stop()
      handle = sim.after(delays.exponential(1), kinds[(arg + 1) & 7], (arg + 1) & 0xffff)
    }),
  )
  let handle = 0
  for (let i = 0; i < pending; i++) handle = sim.after(delays.exponential(1), kinds[i & 7], i & 0xffff)
  return () => {
    sim.run(Infinity)
    if (sim.eventCount !== holds || sim.pending !== pending || !sim.cancel(handle)) throw new Error('not as many holds')
  }
}

function otherHolds(pending, holds, delays) {
  const sim = new Simulation(1)
  const stream = sim.stream('delays')
  const delay = DELAYS[delays]
  let left = holds
  const kinds = Array.from({ length: 8 }, (_, i) =>
    sim.event(`kind ${i}`, (arg) => {
      if (--left === 0) sim.stop()
      sim.after(delay(stream), kinds[(arg + 1) & 7], (arg + 1) & 0xffff)
    }),
  )
  for (let i = 0; i < pending; i++) sim.after(delay(stream), kinds[i & 7], i & 0xffff)
  return () => {
    sim.run(Infinity)
    if (sim.eventCount !== holds) throw new Error('not as many holds')
  }
}

/** Seconds for 300,000 urgent jobs on 16 servers that `members` share. */
function urgentSeconds(members) {
  const jobs = 300_000
  return timed(() => {
    const sim = new Simulation(1)
    const cores = new SharedServers(sim, { name: 'cores', servers: 16, rate: 1 })
    const gaps = sim.stream('gaps')
    const works = sim.stream('works')
    // Sharers finish and start anew, each about as often as in any other number of them: the load is the urgent jobs.
    const again = sim.event('again', (member) => void cores.start(1e6, again, member))
    for (let member = 0; member < members; member++) cores.start(1e6 * ((member + 1) / members), again, member)
    let left = jobs
    const done = sim.event('done', () => {})
    const arrive = sim.event('arrive', () => {
      cores.urgent(works.exponential(4), done, 0)
      if (--left > 0) sim.after(gaps.exponential(1), arrive, 0)
      else sim.stop()
    })
    sim.after(0, arrive, 0)
    return () => sim.run(Infinity)
  })
}

/** The price of an urgent job beside 1,000 sharers against that beside 10: median of nine pairs, taken in turn. */
export function sharers() {
  const ratios = Array.from({ length: 9 }, () => {
    const few = urgentSeconds(10)
    return urgentSeconds(1000) / few
  })
  return { price_ratio: ratios.sort((a, b) => a - b)[4] }
}
