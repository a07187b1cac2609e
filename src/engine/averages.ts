// Statistics in constant memory: of values, and of a quantity over time.

/** Count, mean, variance and extremes of values, by Welford's method; merges with others of its kind. */
export class Tally {
  count = 0
  mean = 0
  min = Infinity
  max = -Infinity
  /** Sum of squared deviations from the mean. */
  private squares = 0

  add(value: number): void {
    const deviation = value - this.mean
    this.count++
    this.mean += deviation / this.count
    this.squares += deviation * (value - this.mean)
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
  }

  /** Sample variance; NaN below two values. */
  get variance(): number {
    return this.count < 2 ? NaN : this.squares / (this.count - 1)
  }

  /** Takes in the values of another tally, as if they had been added here. */
  merge(other: Tally): void {
    if (other.count === 0) return
    const count = this.count + other.count
    const deviation = other.mean - this.mean
    this.squares += other.squares + (deviation * deviation * this.count * other.count) / count
    this.mean += (deviation * other.count) / count
    this.count = count
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
  }
}

/** The integral and the mean over time of a quantity that changes in steps, e.g. a number of jobs. */
export class TimeWeighted {
  private start: number
  private last: number
  private area = 0
  private value: number

  constructor(now: number, value = 0) {
    this.start = now
    this.last = now
    this.value = value
  }

  /** The quantity is `value` from `now` on. Time must not go back. */
  set(now: number, value: number): void {
    this.area += this.value * (now - this.last)
    this.last = now
    this.value = value
  }

  /** Forgets what was before `now`, e.g. at the end of a warm-up. */
  restart(now: number): void {
    this.start = now
    this.last = now
    this.area = 0
  }

  /** Integral over time from the start to `now`. */
  integral(now: number): number {
    return this.area + this.value * (now - this.last)
  }

  /** Mean over time from the start to `now`; NaN while no time has passed. */
  mean(now: number): number {
    return this.integral(now) / (now - this.start)
  }
}
