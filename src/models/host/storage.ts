// Storage: the host's path to the array and the inside of the array. Both move bytes, reads plus writes; copies that are
// under way share them evenly, and none moves faster than one stream can.
import { SharedServers } from '../../engine/sharing.ts'
import type { EventKind } from '../../engine/simulation.ts'
import type { DevicePlace, Load } from './devices.ts'
import type { Items } from './items.ts'

/** Bytes that storage work has allocated and moved, of counted items; null as long as there was none. */
export class StorageAccount {
  storedBytes: number | null = null
  movedBytes: number | null = null

  add(storedBytes: number, movedBytes: number): void {
    this.storedBytes = (this.storedBytes ?? 0) + storedBytes
    this.movedBytes = (this.movedBytes ?? 0) + movedBytes
  }
}

/** Enters what storage has allocated and moved for a unit, reads plus writes, if its item counts. */
export function bookStorage(
  { items, storage }: { readonly items: Items; readonly storage: StorageAccount },
  unit: number,
  storedBytes: number,
  movedBytes: number,
): void {
  if (items.counted[items.item[unit]] === 1) storage.add(storedBytes, movedBytes)
}

export class Mover {
  readonly #bytesPerNs: number
  readonly #shared: SharedServers
  readonly #load: Load

  constructor({ sim, loads }: DevicePlace, name: string, bytesPerS: number, streamBytesPerS: number) {
    const bytesPerNs = bytesPerS / 1e9
    const memberLimit = Math.min(1, streamBytesPerS / bytesPerS)
    const shared = new SharedServers(sim, { name, servers: 1, rate: bytesPerNs, memberLimit })
    this.#bytesPerNs = bytesPerNs
    this.#shared = shared
    const server = {
      get busyNs() {
        return shared.busyShared
      },
      get backlogNs() {
        return shared.backlog / bytesPerNs
      },
    }
    this.#load = loads.add(name, { servers: 1, closed: true }, server)
  }

  /** Moves bytes, then fires `done`. */
  move(bytes: number, unit: number, done: EventKind): void {
    this.#load.ask(unit, bytes / this.#bytesPerNs)
    this.#shared.start(bytes, done, unit)
  }
}
