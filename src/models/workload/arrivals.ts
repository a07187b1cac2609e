// When work arrives at one VM: the gaps between arrivals, each process drawing from streams of its own.
import type { RandomStream } from '../../engine/random.ts'
import type { Arrivals } from '../host/setup.ts'

/** The time from one arrival to the next in ns; first the time of the first one. Infinity: no more. */
export interface ArrivalProcess {
  next(): number
}

export function arrivalProcess(arrivals: Arrivals, stream: RandomStream): ArrivalProcess {
  switch (arrivals.kind) {
    case 'poisson':
      return poisson(arrivals.ratePerS, stream)
    case 'periodic':
      return periodic(arrivals.everyNs, stream)
    case 'bursts':
      return bursts(arrivals, stream)
    case 'times':
      return listed(arrivals.timesNs)
  }
}

/** Mean arrivals per ns; of listed times there is none. */
export function meanRate(arrivals: Arrivals): number {
  if (arrivals.kind === 'periodic') return 1 / arrivals.everyNs
  return arrivals.kind === 'times' ? NaN : arrivals.ratePerS / 1e9
}

function poisson(ratePerS: number, stream: RandomStream): ArrivalProcess {
  if (ratePerS === 0) return { next: () => Infinity }
  const meanNs = 1e9 / ratePerS
  return { next: () => stream.exponential(meanNs) }
}

/** Every `everyNs`, starting at a phase of its own. */
function periodic(everyNs: number, stream: RandomStream): ArrivalProcess {
  let started = false
  return {
    next() {
      if (started) return everyNs
      started = true
      return stream.uniform() * everyNs
    },
  }
}

/** Poisson arrivals while a source is on; on and off times are exponential, and the mean rate is over both. */
function bursts(
  { ratePerS, onNs, offNs }: Extract<Arrivals, { kind: 'bursts' }>,
  stream: RandomStream,
): ArrivalProcess {
  if (ratePerS === 0) return { next: () => Infinity }
  const meanGapOnNs = (1e9 / ratePerS) * (onNs / (onNs + offNs))
  let onLeft = 0
  let started = false
  return {
    next() {
      let gap = 0
      if (!started) {
        started = true
        if (stream.uniform() < offNs / (onNs + offNs)) gap = stream.exponential(offNs)
        onLeft = stream.exponential(onNs)
      }
      let wait = stream.exponential(meanGapOnNs)
      while (wait > onLeft) {
        wait -= onLeft
        gap += onLeft + stream.exponential(offNs)
        onLeft = stream.exponential(onNs)
      }
      onLeft -= wait
      return gap + wait
    },
  }
}

function listed(timesNs: readonly number[] | Float64Array): ArrivalProcess {
  let index = 0
  let last = 0
  return {
    next() {
      if (index === timesNs.length) return Infinity
      const gap = timesNs[index++] - last
      last += gap
      return gap
    },
  }
}
