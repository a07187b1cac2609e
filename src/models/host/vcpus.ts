// The vCPUs of all VMs. A vCPU does one thing at a time: guest work, a step in the guest, or waiting for its trap.
//
//   job ──► lowest free vCPU of its VM, else the VM's queue       (kernel jobs stop a user job, which resumes after them)
//   trap ─► stops a vCPU; its handler runs on a core meanwhile    (traps of one vCPU follow one another)
//
// vCPUs are numbered through over all VMs. Their jobs are members of the cores' shared class.
import type { EventKind, Simulation } from '../../engine/simulation.ts'
import type { SharedServers } from '../../engine/sharing.ts'
import { NONE } from './growing-table.ts'
import type { Jobs } from './jobs.ts'
import { Queues } from './queues.ts'

/** A vCPU whose job has just ended and whose next one is about to be chosen. */
const BETWEEN_JOBS = -2

export class Vcpus {
  readonly #jobs: Jobs
  readonly #cores: SharedServers
  readonly #finish: (job: number) => void
  readonly #jobDone: EventKind
  readonly #trapDone: EventKind
  /** The VM of a vCPU, and the vCPUs of a VM: from `firstOf[vm]` up to `firstOf[vm + 1]`. */
  readonly #vmOf: Int32Array
  readonly #firstOf: Int32Array
  /** What a vCPU holds: a job, NONE or BETWEEN_JOBS; the job's membership in the cores (NONE: it does not run). */
  readonly #job: Int32Array
  readonly #member: Int32Array
  /** Whether a vCPU waits for traps: one in service and those in its queue. */
  readonly #isTrapped: Uint8Array
  readonly #trapQueue: Queues
  readonly #kernelQueue: Queues
  readonly #userQueue: Queues
  /** The vCPU of a VM that is between jobs; NONE for none. */
  readonly #between: Int32Array

  /** `finish` is called when a job or a trap's handler is done; `vcpusOf` gives the number of vCPUs of each VM. */
  constructor(
    sim: Simulation,
    cores: SharedServers,
    jobs: Jobs,
    vcpusOf: readonly number[],
    finish: (job: number) => void,
  ) {
    this.#jobs = jobs
    this.#cores = cores
    this.#finish = finish
    this.#jobDone = sim.event('vcpu job done', (job) => this.#onJobDone(job))
    this.#trapDone = sim.event('trap done', (job) => this.#onTrapDone(job))
    this.#firstOf = new Int32Array(vcpusOf.length + 1)
    vcpusOf.forEach((count, vm) => (this.#firstOf[vm + 1] = this.#firstOf[vm] + count))
    const vcpus = this.#firstOf[vcpusOf.length]
    this.#vmOf = new Int32Array(vcpus)
    vcpusOf.forEach((_, vm) => this.#vmOf.fill(vm, this.#firstOf[vm], this.#firstOf[vm + 1]))
    this.#job = new Int32Array(vcpus).fill(NONE)
    this.#member = new Int32Array(vcpus).fill(NONE)
    this.#isTrapped = new Uint8Array(vcpus)
    this.#trapQueue = new Queues(jobs, vcpus)
    this.#kernelQueue = new Queues(jobs, vcpusOf.length)
    this.#userQueue = new Queues(jobs, vcpusOf.length)
    this.#between = new Int32Array(vcpusOf.length).fill(NONE)
  }

  /** A job in the guest: `jobs.user` says of which class, `jobs.left` how much. */
  run(vm: number, job: number): void {
    const free = this.#lowest(vm, NONE)
    const between = this.#between[vm]
    const isNext = between !== NONE && this.#isTrapped[between] === 0 && this.#isFirst(vm, job)
    if (isNext && (free === NONE || between < free)) this.#queueOf(job).append(job, vm)
    else if (free !== NONE) this.#start(free, job)
    else {
      const victim = this.#jobs.user[job] === 0 ? this.#lowestUser(vm) : NONE
      if (victim === NONE) this.#queueOf(job).append(job, vm)
      else {
        this.#userQueue.prepend(this.#hold(victim), vm)
        this.#start(victim, job)
      }
    }
  }

  /** As `run`, before all that waits where a vCPU has just ended the step before it. */
  keep(vm: number, job: number): void {
    const between = this.#between[vm]
    if (between !== NONE && this.#isTrapped[between] === 0) this.#kernelQueue.prepend(job, vm)
    else this.run(vm, job)
  }

  /** Tells a job that is to have `cycles` in all, at least as many as it has had: its vCPU goes on with what is left. */
  settle(job: number): void {
    const { left, cycles, vcpu } = this.#jobs
    const runs = this.#jobs.begun[job] === 1 && this.#job[vcpu[job]] === job && this.#member[vcpu[job]] !== NONE
    if (runs) this.#hold(vcpu[job])
    const had = cycles[job] - left[job]
    cycles[job] = Math.ceil(had)
    left[job] = cycles[job] - had
    if (runs) this.#start(vcpu[job], job)
  }

  /**
   * A trap whose handler's work is `job`: it stops the vCPU that has just ended the step before it, else the lowest that
   * runs a job, else the lowest that is free, else it waits for the traps of the lowest.
   */
  trap(vm: number, job: number): void {
    let vcpu = this.#between[vm]
    if (vcpu === NONE) vcpu = this.#lowestRunning(vm)
    if (vcpu === NONE) vcpu = this.#lowest(vm, NONE)
    if (vcpu === NONE) vcpu = this.#firstOf[vm]
    this.#jobs.vcpu[job] = vcpu
    if (this.#isTrapped[vcpu] === 1) {
      this.#trapQueue.append(job, vcpu)
      return
    }
    this.#isTrapped[vcpu] = 1
    if (this.#member[vcpu] !== NONE) this.#hold(vcpu)
    this.#cores.urgent(this.#jobs.left[job], this.#trapDone, job)
  }

  /** Visits the jobs of a VM that wait: in its queues, for their traps, or stopped by one. */
  eachWaiting(vm: number, visit: (job: number) => void): void {
    for (const queue of [this.#kernelQueue, this.#userQueue])
      for (let job = queue.first[vm]; job !== NONE; job = this.#jobs.next[job]) visit(job)
    for (let vcpu = this.#firstOf[vm]; vcpu < this.#firstOf[vm + 1]; vcpu++) {
      if (this.#job[vcpu] >= 0 && this.#member[vcpu] === NONE) visit(this.#job[vcpu])
      for (let job = this.#trapQueue.first[vcpu]; job !== NONE; job = this.#jobs.next[job]) visit(job)
    }
  }

  #onJobDone(job: number): void {
    const vcpu = this.#jobs.vcpu[job]
    this.#member[vcpu] = NONE
    this.#endJob(vcpu, job, NONE)
  }

  #onTrapDone(job: number): void {
    const vcpu = this.#jobs.vcpu[job]
    const following = this.#trapQueue.take(vcpu)
    if (following !== NONE) {
      // The vCPU goes on waiting, so what this one leads to must find another.
      this.#cores.urgent(this.#jobs.left[following], this.#trapDone, following)
      this.#finish(job)
      return
    }
    this.#isTrapped[vcpu] = 0
    this.#endJob(vcpu, job, this.#job[vcpu])
  }

  /** Ends a job on a vCPU, lets what follows from it happen, and gives the vCPU its next job. */
  #endJob(vcpu: number, ended: number, held: number): void {
    const vm = this.#vmOf[vcpu]
    if (held === NONE) {
      this.#job[vcpu] = BETWEEN_JOBS
      this.#between[vm] = vcpu
    }
    this.#finish(ended)
    this.#between[vm] = NONE
    this.#job[vcpu] = held
    if (this.#isTrapped[vcpu] === 0) this.#dispatch(vcpu, vm, held)
  }

  #dispatch(vcpu: number, vm: number, held: number): void {
    const kernel = held === NONE || this.#jobs.user[held] === 1 ? this.#kernelQueue.take(vm) : NONE
    if (kernel !== NONE && held !== NONE) this.#userQueue.prepend(held, vm)
    const next = kernel !== NONE ? kernel : held !== NONE ? held : this.#userQueue.take(vm)
    if (next !== NONE) this.#start(vcpu, next)
    else this.#job[vcpu] = NONE
  }

  #start(vcpu: number, job: number): void {
    this.#job[vcpu] = job
    this.#jobs.vcpu[job] = vcpu
    this.#jobs.begun[job] = 1
    this.#member[vcpu] = this.#cores.start(this.#jobs.left[job], this.#jobDone, job)
  }

  /** Takes a vCPU off its core, keeping what is left of its job. */
  #hold(vcpu: number): number {
    const job = this.#job[vcpu]
    this.#jobs.left[job] = this.#cores.stop(this.#member[vcpu])
    this.#member[vcpu] = NONE
    return job
  }

  #queueOf(job: number): Queues {
    return this.#jobs.user[job] === 1 ? this.#userQueue : this.#kernelQueue
  }

  /** Whether a job would be the next one that a vCPU of its VM takes. */
  #isFirst(vm: number, job: number): boolean {
    const kernelEmpty = this.#kernelQueue.first[vm] === NONE
    return this.#jobs.user[job] === 0 ? kernelEmpty : kernelEmpty && this.#userQueue.first[vm] === NONE
  }

  /** The lowest vCPU of a VM that waits for no trap and holds `what`. */
  #lowest(vm: number, what: number): number {
    for (let vcpu = this.#firstOf[vm]; vcpu < this.#firstOf[vm + 1]; vcpu++)
      if (this.#job[vcpu] === what && this.#isTrapped[vcpu] === 0) return vcpu
    return NONE
  }

  #lowestRunning(vm: number): number {
    for (let vcpu = this.#firstOf[vm]; vcpu < this.#firstOf[vm + 1]; vcpu++)
      if (this.#member[vcpu] !== NONE) return vcpu
    return NONE
  }

  #lowestUser(vm: number): number {
    for (let vcpu = this.#firstOf[vm]; vcpu < this.#firstOf[vm + 1]; vcpu++)
      if (this.#member[vcpu] !== NONE && this.#jobs.user[this.#job[vcpu]] === 1) return vcpu
    return NONE
  }
}
