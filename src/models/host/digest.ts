// A digest of the work that was generated: time, kind, VM and draws of every item. Two arms of a replication must agree
// in it, whatever their handlers did. It is a sum over items, so the order in which they were generated does not matter.

const scratch = new Float64Array(1)
const words = new Uint32Array(scratch.buffer)

export class WorkDigest {
  readonly #sums = new Uint32Array(4)

  /** Adds an item: four independent mixes of its five words, each summed modulo 2³². */
  add(work: number, vm: number, number: number, size: number): void {
    let a = mix(0x9e3779b9 ^ work, vm)
    scratch[0] = number
    a = mix(mix(a, words[0]), words[1])
    scratch[0] = size
    a = mix(mix(a, words[0]), words[1])
    const sums = this.#sums
    sums[0] += a
    sums[1] += mix(a, 0x85ebca6b)
    sums[2] += mix(a, 0xc2b2ae35)
    sums[3] += mix(a, 0x27d4eb2f)
  }

  get hex(): string {
    return Array.from(this.#sums, (sum) => sum.toString(16).padStart(8, '0')).join('')
  }
}

/** One round of MurmurHash3's finalizer over a running hash and a further word (Appleby, public domain). */
function mix(hash: number, word: number): number {
  let h = hash ^ Math.imul(word, 0xcc9e2d51)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
