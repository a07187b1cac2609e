// What VMs generated, seen from outside: kind of work, index of the VM, time in ns, size, and whether it is counted.
import type { Host } from '../../src/models/host/host.ts'
import type { Arm, Setup } from '../../src/models/host/setup.ts'
import { runHost, type RunOptions } from './build.ts'

export interface Generation {
  readonly work: string
  readonly vm: number
  readonly atNs: number
  readonly size: number
  readonly counted: boolean
}

/** Runs an arm and returns its items in the order in which they were generated. */
export function generations(given: Setup, arm: Arm = {}, options: RunOptions = {}): Generation[] {
  const seen: Generation[] = []
  const prepare = (host: Host): void => {
    const { items } = host
    const generate = items.generate.bind(items)
    items.generate = (vm, work, size, atNs, counted) => {
      const { group, name } = items.works[work]
      seen.push({ work: `${group} ${name}`, vm, atNs, size, counted })
      return generate(vm, work, size, atNs, counted)
    }
    options.prepare?.(host)
  }
  runHost(given, arm, { ...options, prepare })
  return seen
}
