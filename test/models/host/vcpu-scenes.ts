// The vCPUs without a host: work comes at given times, and it is seen where and when it ends. A cycle is a ns on each core.
import { SharedServers } from '../../../src/engine/sharing.ts'
import { Simulation } from '../../../src/engine/simulation.ts'
import { Jobs } from '../../../src/models/host/jobs.ts'
import { Vcpus } from '../../../src/models/host/vcpus.ts'

export interface Work {
  readonly name: string
  readonly kind: 'user' | 'kernel' | 'trap'
  readonly cycles: number
  readonly vm: number
  /** What follows from it at its end, at once. */
  readonly then: readonly Work[]
}
const work = (kind: Work['kind'], name: string, cycles: number, ...then: Work[]): Work => ({
  ...{ kind, name, cycles, vm: 0, then },
})
export const user = (name: string, cycles: number, ...then: Work[]): Work => work('user', name, cycles, ...then)
export const kernel = (name: string, cycles: number, ...then: Work[]): Work => work('kernel', name, cycles, ...then)
export const trap = (name: string, cycles: number, ...then: Work[]): Work => work('trap', name, cycles, ...then)

export interface Scene {
  readonly vcpus?: readonly number[]
  readonly cores?: number
  /** What comes at each time. */
  readonly arrivals: readonly (readonly [atNs: number, ...works: Work[]])[]
  /** When to ask what waits, and of which VM. */
  readonly look?: readonly [atNs: number, vm: number]
  /** Or when work of this name ends, once what follows from it has come. */
  readonly lookAfter?: string
}

/** Plays a scene: [name, vCPU, end] of all work as it ends, and the names of what waits at the time of the look. */
export function play({ vcpus: vcpusOf = [1], cores: servers = 8, arrivals, look, lookAfter }: Scene) {
  const sim = new Simulation(1)
  const cores = new SharedServers(sim, { name: 'cores', servers, rate: 1 })
  const jobs = new Jobs()
  const works = new Map<number, Work>()
  const ends: [name: string, vcpu: number, atNs: number][] = []
  let waiting: string[] = []
  const submit = (each: Work): void => {
    const job = jobs.open(0, 0)
    works.set(job, each)
    jobs.left[job] = each.cycles
    jobs.user[job] = each.kind === 'user' ? 1 : 0
    if (each.kind === 'trap') vcpus.trap(each.vm, job)
    else vcpus.run(each.vm, job)
  }
  const vcpus = new Vcpus(sim, cores, jobs, vcpusOf, (job) => {
    const { name, then } = works.get(job)!
    ends.push([name, jobs.vcpu[job], sim.now])
    jobs.release(job)
    then.forEach(submit)
    if (name === lookAfter) sim.fire(watch, 0)
  })
  const arrive = sim.event('arrive', (i) => (arrivals[i].slice(1) as Work[]).forEach(submit))
  const watch = sim.event('look', (vm) => {
    waiting = []
    vcpus.eachWaiting(vm, (job) => waiting.push(works.get(job)!.name))
  })
  arrivals.forEach(([atNs], i) => sim.after(atNs, arrive, i))
  if (look) sim.after(look[0], watch, look[1])
  sim.run(Infinity)
  return { ends, waiting }
}
export const ends = (scene: Scene): [name: string, vcpu: number, atNs: number][] => play(scene).ends
