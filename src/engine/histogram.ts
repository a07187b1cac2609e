// A histogram of non-negative values in constant memory, with a bounded relative error, that merges with others.

/** What a histogram leaves behind: plain JSON. `min` and `max` are 0 when nothing was added. */
export interface HistogramData {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  /** Weight of each bin in use, by ascending bin number. */
  readonly bins: readonly (readonly [bin: number, weight: number])[]
}

const BINS_PER_OCTAVE = 128
const BINS = 2048 * BINS_PER_OCTAVE
/** What room is made for at least: four octaves. */
const LEAST_ROOM = 4 * BINS_PER_OCTAVE

/** A double and its high word: sign, 11 bits of exponent, then the leading bits of the fraction. */
const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/**
 * Each octave of values is divided into 128 bins of equal width, taken straight from the bits of the double. A quantile is
 * the middle of its bin: within 0.4 % (1/256) of a value that was added, from the smallest normal double up; smaller
 * values count as 0. Every octave between the smallest and the largest value takes 1 KiB, whether any falls into it or not.
 */
export class Histogram {
  count = 0
  sum = 0
  min = Infinity
  max = 0
  private zeros = 0
  /** Weights of bins `first`, `first + 1`, …: whole octaves. */
  private weights = new Float64Array(0)
  private first = 0

  /** Adds a finite value ≥ 0, as if it had come `weight` times (`weight` > 0). Throws a RangeError otherwise. */
  add(value: number, weight = 1): void {
    if (!(value >= 0 && value < Infinity && weight > 0)) {
      throw new RangeError(`a histogram takes finite values from 0 of positive weight, not ${value} × ${weight}`)
    }
    this.count += weight
    this.sum += value * weight
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    // Adding 0 turns -0 into 0.
    double[0] = value + 0
    this.addToBin(words[HIGH] >>> 13, weight)
  }

  /** The mean of all values, exact but for rounding; NaN when there are none. */
  get mean(): number {
    return this.sum / this.count
  }

  /** The least value that a share `q` (0 to 1) of all values does not exceed, within 1/256; NaN when there are none. */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile is asked for at ${q}; it must be from 0 to 1`)
    if (this.count === 0) return NaN
    const rank = q * this.count
    let below = this.zeros
    if (below >= rank) return this.min
    const { weights } = this
    for (let place = 0; place < weights.length; place++) {
      below += weights[place]
      if (below >= rank) return Math.min(Math.max(middleOf(this.first + place), this.min), this.max)
    }
    return this.max
  }

  /** Takes in what another histogram left behind. */
  merge(data: HistogramData): void {
    if (data.count === 0) return
    this.count += data.count
    this.sum += data.sum
    this.min = Math.min(this.min, data.min)
    this.max = Math.max(this.max, data.max)
    for (const [bin, weight] of data.bins) this.addToBin(bin, weight)
  }

  toJSON(): HistogramData {
    const { count, sum, max } = this
    return { count, sum, min: count === 0 ? 0 : this.min, max, bins: this.usedBins() }
  }

  private addToBin(bin: number, weight: number): void {
    if (bin < BINS_PER_OCTAVE) {
      this.zeros += weight
      return
    }
    if (bin < this.first || bin >= this.first + this.weights.length) this.makeRoom(bin)
    this.weights[bin - this.first] += weight
  }

  /** Widens the range to a bin's octave; to twice what it was, so that this is seldom done. */
  private makeRoom(bin: number): void {
    const { weights } = this
    const octave = bin - (bin % BINS_PER_OCTAVE)
    const first = weights.length === 0 ? octave : this.first
    const end = first + weights.length
    const room = Math.max(LEAST_ROOM, weights.length)
    this.first = bin < first ? Math.max(0, Math.min(octave, first - room)) : first
    const newEnd = bin < end ? end : Math.min(BINS, Math.max(octave + BINS_PER_OCTAVE, end + room))
    this.weights = new Float64Array(newEnd - this.first)
    this.weights.set(weights, first - this.first)
  }

  private usedBins(): [bin: number, weight: number][] {
    const { first, weights, zeros } = this
    const used: [bin: number, weight: number][] = zeros > 0 ? [[0, zeros]] : []
    for (let place = 0; place < weights.length; place++) {
      if (weights[place] > 0) used.push([first + place, weights[place]])
    }
    return used
  }
}

/** The value in the middle of a bin of normal numbers. */
function middleOf(bin: number): number {
  words[HIGH] = (bin << 13) | 0x1000
  words[1 - HIGH] = 0
  return double[0]
}
