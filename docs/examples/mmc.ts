// M/M/c: customers arrive at random at c servers and wait in one line. A whole model on the engine alone.
import { Resource, Simulation, Tally, type EventKind } from '../../src/engine/index.ts'

/** Mean time in the system of the customers who arrive within `durationNs`, after as much warm-up. */
export function mmc(
  servers: number,
  arrivalGapNs: number,
  serviceNs: number,
  durationNs: number,
  seed: number,
): number {
  const sim = new Simulation(seed)
  const desk = new Resource(sim, { name: 'desk', servers, discipline: 'fcfs' })
  const gaps = sim.stream('gaps')
  const services = sim.stream('services')
  const arrivedNs: number[] = []
  const sojourns = new Tally()

  const served = sim.event('served', (customer) => {
    if (arrivedNs[customer] >= durationNs) sojourns.add(sim.now - arrivedNs[customer])
  })
  const arrive: EventKind = sim.event('arrive', (customer) => {
    arrivedNs[customer] = sim.now
    desk.work(services.exponential(serviceNs), served, customer)
    sim.after(gaps.exponential(arrivalGapNs), arrive, customer + 1)
  })

  sim.after(0, arrive, 0)
  sim.run(2 * durationNs)
  return sojourns.mean
}

// Three servers, each busy two thirds of the time. Erlang C says 1,444 ns.
console.log(`mean time in the system: ${mmc(3, 500, 1000, 1e8, 1).toFixed(0)} ns`)
