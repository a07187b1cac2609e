// Storage: the host's path to the array and the inside of the array. Both move bytes, reads plus writes; copies that are
// under way share them evenly, and none moves faster than one stream can.
import { SharedServers } from '../engine/sharing.ts'
import type { EventKind } from '../engine/simulation.ts'
import { Load } from './devices.ts'
import type { Host } from './host.ts'

export class Mover {
  readonly #bytesPerNs: number
  readonly #shared: SharedServers
  readonly #load: Load

  constructor(host: Host, name: string, bytesPerS: number, streamBytesPerS: number) {
    const bytesPerNs = bytesPerS / 1e9
    const memberLimit = Math.min(1, streamBytesPerS / bytesPerS)
    const shared = new SharedServers(host.sim, { name, servers: 1, rate: bytesPerNs, memberLimit })
    this.#bytesPerNs = bytesPerNs
    this.#shared = shared
    this.#load = new Load(host, name, 1, true, {
      get busyNs() {
        return shared.busyShared
      },
      get backlogNs() {
        return shared.backlog / bytesPerNs
      },
    })
  }

  /** Moves bytes, then fires `done`. */
  move(bytes: number, unit: number, done: EventKind): void {
    this.#load.ask(unit, bytes / this.#bytesPerNs)
    this.#shared.start(bytes, done, unit)
  }
}
