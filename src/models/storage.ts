// Storage: the host's path to the array and the inside of the array. Both move bytes, reads plus writes; copies that are
// under way share them evenly, and none moves faster than one stream can.
import { SharedServers } from '../engine/sharing.ts'
import type { EventKind } from '../engine/simulation.ts'
import type { Host } from './host.ts'

export class Mover {
  readonly #host: Host
  readonly #bytesPerNs: number
  readonly #shared: SharedServers
  #demandNs = 0

  constructor(host: Host, name: string, bytesPerS: number, streamBytesPerS: number) {
    this.#host = host
    this.#bytesPerNs = bytesPerS / 1e9
    const memberLimit = Math.min(1, streamBytesPerS / bytesPerS)
    const shared = new SharedServers(host.sim, { name, servers: 1, rate: this.#bytesPerNs, memberLimit })
    this.#shared = shared
    const perNs = this.#bytesPerNs
    const resource = {
      get busyNs() {
        return shared.busyShared
      },
      get backlogNs() {
        return shared.backlog / perNs
      },
    }
    host.devices.push({ name, resource, demandNs: () => this.#demandNs, servers: 1, closed: true })
  }

  /** Moves bytes, then fires `done`. */
  move(bytes: number, unit: number, done: EventKind): void {
    if (this.#host.items.counted[this.#host.items.item[unit]] === 1) this.#demandNs += bytes / this.#bytesPerNs
    this.#shared.start(bytes, done, unit)
  }
}
