// What each thread has done so far, in memory that all threads see: they write between slices of a run, and whoever shows
// progress reads whenever it likes, without a message and without waiting.

/** What has been done, by one thread or by all. Of a task whose share is not known only `vagueNs` tells. */
export interface Done {
  /** Tasks, with the share of those that are being simulated. */
  readonly tasks: number
  readonly events: number
  readonly simulatedNs: number
  /** Time that threads have worked, ms. */
  readonly busyMs: number
  /** Simulated time of tasks of which nobody knows how far they are. */
  readonly vagueNs: number
}

const FIELDS = 5
const HEADER_BYTES = 8

/** How far the task is that a thread is at. */
export interface TaskSoFar {
  /** 0 to 1; 0 as long as it is not known. */
  readonly share: number
  readonly events: number
  readonly simulatedNs: number
  readonly busyMs: number
}

export class Board {
  readonly memory: SharedArrayBuffer
  readonly #claimed: Int32Array
  readonly #values: Float64Array

  /** A new board for so many threads, or the one that lies in `memory`. */
  constructor(threads: number | SharedArrayBuffer) {
    this.memory = typeof threads === 'number' ? new SharedArrayBuffer(HEADER_BYTES + 8 * FIELDS * threads) : threads
    this.#claimed = new Int32Array(this.memory, 0, 1)
    this.#values = new Float64Array(this.memory, HEADER_BYTES)
  }

  /** Gives a thread a place of its own; none if all are taken, by threads that were started anew. */
  place(): Place {
    const number = Atomics.add(this.#claimed, 0, 1)
    const end = FIELDS * (number + 1)
    return new Place(end <= this.#values.length ? this.#values.subarray(end - FIELDS, end) : new Float64Array(FIELDS))
  }

  /** Of all threads together. */
  get done(): Done {
    const [tasks, events, simulatedNs, busyMs, vagueNs] = Array.from({ length: FIELDS }, (_, field) => {
      return this.#values.reduce((sum, value, i) => (i % FIELDS === field ? sum + value : sum), 0)
    })
    return { tasks, events, simulatedNs, busyMs, vagueNs }
  }
}

/** Where one thread writes. */
export class Place {
  readonly #values: Float64Array
  #before: readonly number[] = new Array<number>(FIELDS).fill(0)

  constructor(values: Float64Array) {
    this.#values = values
  }

  show({ share, events, simulatedNs, busyMs }: TaskSoFar): void {
    const known = share > 0 ? [share, events, simulatedNs, busyMs, 0] : [0, 0, 0, 0, simulatedNs]
    for (let field = 0; field < FIELDS; field++) this.#values[field] = this.#before[field] + known[field]
  }

  /** The task is done. */
  end(task: Omit<TaskSoFar, 'share'>): void {
    this.show({ ...task, share: 1 })
    this.#before = [...this.#values]
  }
}
