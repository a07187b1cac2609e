// A resource: identical servers that do work in turn, by one of three disciplines.
import { FirstCome } from './first-come.ts'
import { Preemptive } from './preemptive.ts'
import { SharedServers } from './sharing.ts'
import type { EventKind, Simulation } from './simulation.ts'

export interface ResourceOptions {
  readonly name: string
  /** A whole number from 1. */
  readonly servers: number
  /**
   * `fcfs`: first come, first served. `priority`: preemptive-resume, most urgent class first, first come first served
   * within a class. `processor-sharing`: all jobs at once, at equal rates, each at most at that of one server.
   */
  readonly discipline: 'fcfs' | 'priority' | 'processor-sharing'
  /** Waiting places beside the servers, from 0; default unlimited. An arrival that finds servers + places jobs is lost. */
  readonly queue?: number
}

/** What a discipline does for a resource. */
interface Discipline {
  /** The amount of the job that `work` is about: a cell, since V8 may box a double that is passed. */
  readonly amountNs: Float64Array
  /** False when the job finds no place. */
  work(done: EventKind, arg: number, priority: number): boolean
  readonly busyNs: number
  readonly backlogNs: number
  readonly inService: number
  readonly waiting: number
  readonly completed: number
}

export class Resource {
  readonly name: string
  readonly servers: number
  /** Jobs that found no place. */
  lost = 0
  private readonly discipline: Discipline
  private readonly amountNs: Float64Array

  constructor(sim: Simulation, { name, servers, discipline, queue = Infinity }: ResourceOptions) {
    if (!(Number.isInteger(servers) && servers >= 1))
      throw new RangeError(`${name}: ${servers} servers; at least 1, whole`)
    if (!(queue >= 0)) throw new RangeError(`${name}: a queue of ${queue}; it must be a number from 0`)
    this.name = name
    this.servers = servers
    if (discipline === 'fcfs') this.discipline = new FirstCome(sim, name, servers, queue)
    else if (discipline === 'priority') this.discipline = new Preemptive(sim, name, servers, queue)
    else this.discipline = sharing(sim, name, servers, queue)
    this.amountNs = this.discipline.amountNs
  }

  /**
   * Asks for `amountNs` ≥ 0 of one server's time; fires `done` with `arg` when it has been given. `priority` is a whole
   * number from 0, the most urgent; only the discipline `priority` looks at it. Returns false when there is no place: then
   * the job is counted in `lost`, and `done` is never fired. Throws a RangeError for an amount that is not a number ≥ 0.
   */
  work(amountNs: number, done: EventKind, arg: number, priority = 0): boolean {
    if (!(amountNs >= 0 && amountNs < Infinity)) this.badAmount(amountNs)
    this.amountNs[0] = amountNs
    if (this.discipline.work(done, arg, priority)) return true
    this.lost++
    return false
  }

  /** Server time given so far, server·ns. */
  get busyNs(): number {
    return this.discipline.busyNs
  }

  /** Work that waits or remains in service, ns. */
  get backlogNs(): number {
    return this.discipline.backlogNs
  }

  /** Jobs in service. */
  get inService(): number {
    return this.discipline.inService
  }

  /** Jobs that wait, preempted ones included. */
  get waiting(): number {
    return this.discipline.waiting
  }

  /** Jobs done. */
  get completed(): number {
    return this.discipline.completed
  }

  private badAmount(amountNs: number): never {
    throw new RangeError(`${this.name}: the work is ${amountNs}; it must be a finite number from 0`)
  }
}

/** Processor sharing is sharing without an urgent class. */
function sharing(sim: Simulation, name: string, servers: number, queue: number): Discipline {
  const shared = new SharedServers(sim, { name, servers, rate: 1 })
  const amountNs = new Float64Array(1)
  return {
    amountNs,
    work(done, arg) {
      if (shared.members >= servers + queue) return false
      shared.start(amountNs[0], done, arg)
      return true
    },
    get busyNs() {
      return shared.busyShared
    },
    get backlogNs() {
      return shared.backlog
    },
    get inService() {
      return shared.members
    },
    waiting: 0,
    get completed() {
      return shared.completed
    },
  }
}
