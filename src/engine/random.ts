// Random numbers: Marsaglia's xor128, begun by the seedrandom library, drawn in blocks, and what is made from them.
import xor128 from 'seedrandom/lib/xor128.js'
import { hashHex } from './hash.ts'
import { minusLogarithm } from './logarithm.ts'
import { normalQuantile } from './normal.ts'

const FIRST_BLOCK = 8 // a run may have a million streams that draw a few numbers each
const LARGEST_BLOCK = 256
const TWO_21 = 2097152
const TWO_32 = 4294967296

/**
 * A stream of random numbers, a function of its seed text and of nothing else.
 *
 * Every draw of whatever kind takes the next number of one sequence, which is that of seedrandom's `xor128(seed).double()`.
 * NOTE: the library makes the first state, and the numbers are drawn here in blocks, since drawing one at a time costs more
 * than using it. A stream that has only made exponentials keeps logarithms in its block; the first draw of another kind
 * turns it into uniforms for good.
 */
export class RandomStream {
  private x = 0
  private y = 0
  private z = 0
  private w = 0
  /** The state before the block in use was drawn. */
  private beforeX = 0
  private beforeY = 0
  private beforeZ = 0
  private beforeW = 0
  /** Never empty: V8 would take an empty one for a list of integers, and compile anew when it becomes one of doubles. */
  private block: number[] = [0.5]
  private position = 0
  /** How many of the block are logarithms ready for use: all or none. */
  private logarithms = 0
  private uniforms = 0
  private mixed = false

  /** @param seed any text; `streamSeed` makes one of a run's seed, replication and a name. */
  constructor(seed: string) {
    const { x, y, z, w } = xor128(seed, { state: true }).state()
    // From nothing but zeros the recurrence never leaves.
    if ((x | y | z | w) === 0) throw new RangeError('the seed of a random stream must not be empty')
    this.x = x
    this.y = y
    this.z = z
    this.w = w
  }

  /** Uniform on the open interval (0, 1), 53 bits. */
  uniform(): number {
    if (this.position >= this.uniforms) this.provideUniforms()
    return this.block[this.position++]
  }

  /** Exponential with mean `mean` ≥ 0. */
  exponential(mean: number): number {
    if (this.position < this.logarithms) return mean * this.block[this.position++]
    return mean * this.slowExponential()
  }

  /** Standard normal, one uniform per draw, by inversion. */
  normal(): number {
    return normalQuantile(this.uniform())
  }

  /** A whole number from 0 to n − 1, for whole n from 1 to 2^32. */
  below(n: number): number {
    return Math.floor(this.uniform() * n)
  }

  private slowExponential(): number {
    if (this.mixed) return minusLogarithm(this.uniform())
    this.drawBlock(this.nextBlockLength(), true)
    this.logarithms = this.block.length
    return this.block[this.position++]
  }

  private provideUniforms(): void {
    this.mixed = true
    const position = this.position
    if (position < this.logarithms) {
      // The rest of the block is owed as logarithms: go back and draw the same numbers again, as they are.
      this.x = this.beforeX
      this.y = this.beforeY
      this.z = this.beforeZ
      this.w = this.beforeW
      this.drawBlock(this.block.length, false)
      this.position = position
    } else this.drawBlock(this.nextBlockLength(), false)
    this.logarithms = 0
    this.uniforms = this.block.length
  }

  private nextBlockLength(): number {
    return Math.min(LARGEST_BLOCK, Math.max(FIRST_BLOCK, 2 * this.block.length))
  }

  /**
   * Fills the block with the next `length` uniforms of 53 bits, as seedrandom composes them from two draws, or with minus
   * their logarithms.
   */
  private drawBlock(length: number, asLogarithms: boolean): void {
    let { x, y, z, w } = this
    this.beforeX = x
    this.beforeY = y
    this.beforeZ = z
    this.beforeW = w
    const block = this.block
    for (let i = 0; i < length;) {
      let t = x ^ (x << 11)
      const high = w ^ (w >>> 19) ^ t ^ (t >>> 8)
      t = y ^ (y << 11)
      const low = high ^ (high >>> 19) ^ t ^ (t >>> 8)
      x = z
      y = w
      z = high
      w = low
      const value = ((high >>> 11) + (low >>> 0) / TWO_32) / TWO_21
      if (value > 0) block[i++] = asLogarithms ? minusLogarithm(value) : value
    }
    this.x = x
    this.y = y
    this.z = z
    this.w = w
    this.position = 0
  }
}

/** The seed of the stream `name` of one replication of a run: 128 bits as hexadecimal digits. */
export const streamSeed = (seed: number, replication: number, name: string): string =>
  hashHex(`${seed}/${replication}/${name}`)
