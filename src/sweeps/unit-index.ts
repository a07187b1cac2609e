// Where each stored unit lies: a hash table in typed arrays, 20 bytes for each place, since there may be millions.

/** A record within the segments of a store. */
export interface Location {
  readonly segment: number
  readonly offset: number
  readonly length: number
}

const EMPTY = 0

/** By the first 64 bits of a unit's key. The reader of a record compares the whole key. */
export class UnitIndex {
  size = 0
  #capacity = 1 << 12
  #high = new Uint32Array(this.#capacity)
  #low = new Uint32Array(this.#capacity)
  /** Number of the segment plus one; 0 where the place is free. */
  #segments = new Uint32Array(this.#capacity)
  #offsets = new Uint32Array(this.#capacity)
  #lengths = new Uint32Array(this.#capacity)

  has(key: string): boolean {
    return this.#segments[this.#placeOf(...wordsOf(key))] !== EMPTY
  }

  get(key: string): Location | null {
    const place = this.#placeOf(...wordsOf(key))
    if (this.#segments[place] === EMPTY) return null
    return { segment: this.#segments[place] - 1, offset: this.#offsets[place], length: this.#lengths[place] }
  }

  /** Remembers where a unit lies; the first place that was told stays. */
  set(key: string, { segment, offset, length }: Location): void {
    const [high, low] = wordsOf(key)
    const place = this.#placeOf(high, low)
    if (this.#segments[place] !== EMPTY) return
    this.#high[place] = high
    this.#low[place] = low
    this.#segments[place] = segment + 1
    this.#offsets[place] = offset
    this.#lengths[place] = length
    this.size++
    if (this.size > 0.75 * this.#capacity) this.#grow()
  }

  /** The place of this key, or the free one where it belongs. */
  #placeOf(high: number, low: number): number {
    const mask = this.#capacity - 1
    let place = low & mask
    while (this.#segments[place] !== EMPTY && (this.#low[place] !== low || this.#high[place] !== high)) {
      place = (place + 1) & mask
    }
    return place
  }

  #grow(): void {
    const [high, low, segments, offsets, lengths] = [
      this.#high,
      this.#low,
      this.#segments,
      this.#offsets,
      this.#lengths,
    ]
    this.#capacity *= 2
    this.#high = new Uint32Array(this.#capacity)
    this.#low = new Uint32Array(this.#capacity)
    this.#segments = new Uint32Array(this.#capacity)
    this.#offsets = new Uint32Array(this.#capacity)
    this.#lengths = new Uint32Array(this.#capacity)
    for (let old = 0; old < segments.length; old++) {
      if (segments[old] === EMPTY) continue
      const place = this.#placeOf(high[old], low[old])
      this.#high[place] = high[old]
      this.#low[place] = low[old]
      this.#segments[place] = segments[old]
      this.#offsets[place] = offsets[old]
      this.#lengths[place] = lengths[old]
    }
  }
}

function wordsOf(key: string): [high: number, low: number] {
  return [parseInt(key.slice(0, 8), 16), parseInt(key.slice(8, 16), 16)]
}
