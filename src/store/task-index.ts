// Where each stored task lies: hash tables in typed arrays, 16 bytes for each place, since there may be millions of tasks.

/** Where a record begins within the logs of a store. */
export interface Location {
  readonly log: number
  readonly offset: number
}

/** By the first 64 bits of a task's key. The reader of a record compares the whole key. */
export class TaskIndex {
  size = 0
  /** By the first 6 bits of the key. They grow one at a time, so that at no moment the whole index is there twice. */
  readonly #tables = Array.from({ length: 64 }, () => new Table())

  has(key: string): boolean {
    return this.get(key) !== null
  }

  get(key: string): Location | null {
    const [high, low] = wordsOf(key)
    return this.#tables[high >>> 26].get(high, low)
  }

  /** Remembers where a task lies; the first place that was told stays. */
  set(key: string, location: Location): void {
    const [high, low] = wordsOf(key)
    if (this.#tables[high >>> 26].add(high, low, location)) this.size++
  }
}

const EMPTY = 0
/** Words of a place: the key's two, the number of the log plus one, the offset. */
const [HIGH, LOW, LOG, OFFSET] = [0, 1, 2, 3]

/** Open addressing. */
class Table {
  #size = 0
  #capacity = 1 << 6
  #words = new Uint32Array(this.#capacity << 2)

  get(high: number, low: number): Location | null {
    const words = this.#words
    const at = this.#placeOf(high, low)
    return words[at | LOG] === EMPTY ? null : { log: words[at | LOG] - 1, offset: words[at | OFFSET] }
  }

  /** False if it is there already. */
  add(high: number, low: number, { log, offset }: Location): boolean {
    const at = this.#placeOf(high, low)
    if (this.#words[at | LOG] !== EMPTY) return false
    this.#put(at, high, low, log + 1, offset)
    if (++this.#size > 0.75 * this.#capacity) this.#grow()
    return true
  }

  /** The place of this key, or the free one where it belongs. */
  #placeOf(high: number, low: number): number {
    const words = this.#words
    const mask = this.#capacity - 1
    let at = (low & mask) << 2
    while (words[at | LOG] !== EMPTY && (words[at | LOW] !== low || words[at | HIGH] !== high)) {
      at = (((at >>> 2) + 1) & mask) << 2
    }
    return at
  }

  #grow(): void {
    const old = this.#words
    this.#capacity *= 2
    this.#words = new Uint32Array(this.#capacity << 2)
    for (let at = 0; at < old.length; at += 4) {
      if (old[at | LOG] === EMPTY) continue
      const [high, low] = [old[at | HIGH], old[at | LOW]]
      this.#put(this.#placeOf(high, low), high, low, old[at | LOG], old[at | OFFSET])
    }
  }

  #put(at: number, high: number, low: number, log: number, offset: number): void {
    this.#words[at | HIGH] = high
    this.#words[at | LOW] = low
    this.#words[at | LOG] = log
    this.#words[at | OFFSET] = offset
  }
}

function wordsOf(key: string): [high: number, low: number] {
  return [parseInt(key.slice(0, 8), 16), parseInt(key.slice(8, 16), 16)]
}
