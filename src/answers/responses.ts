// Responses: how often a step is done, as a function of one price that decides about what happens, measured at a few of its
// values under the same luck and filled in between.

/** Measured values of a response, in the order of the price. */
export interface Response {
  readonly at: readonly number[]
  readonly values: readonly number[]
}

/** On this scale of a price, its response is a straight line. */
type Scale = (price: number) => number

/** How many hyperbolas are tried, each with its something a quarter of that of the one before. */
const HYPERBOLAS = 9

/**
 * Scales on which a response may be straight: the price itself, and, where what happens is divided by the price and by something
 * beside it (interrupts: the gap and the time until a packet comes), 1 ÷ (price + something).
 */
function scalesOf(at: readonly number[]): Scale[] {
  const [low, high] = [at[0], at[at.length - 1]]
  const offsets = Array.from({ length: HYPERBOLAS }, (_, k) => (high - low) / (1 << (2 * k)))
  const hyperbolas = [...offsets, ...(low > 0 ? [0] : [])].map(
    (offset): Scale =>
      (price) =>
        1 / (price + offset),
  )
  return [(price) => price, ...hyperbolas]
}

/** A function through all measured values: straight pieces, on the scale on which inner values lie straightest between their neighbours. */
export function through(measured: Response): (price: number) => number {
  const [plain, ...others] = scalesOf(measured.at)
  let best = plain
  for (const scale of others) if (unevennessOf(measured, scale) < unevennessOf(measured, best)) best = scale
  return (price) => between(measured, best, price)
}

/** How far inner values lie from where they would lie between their neighbours. */
function unevennessOf({ at, values }: Response, scale: Scale): number {
  let sum = 0
  for (let i = 1; i < at.length - 1; i++) {
    const neighbours = { at: [at[i - 1], at[i + 1]], values: [values[i - 1], values[i + 1]] }
    sum += Math.abs(values[i] - between(neighbours, scale, at[i]))
  }
  return sum
}

function between({ at, values }: Response, scale: Scale, price: number): number {
  let i = 1
  while (i < at.length - 1 && price > at[i]) i++
  const [from, to] = [scale(at[i - 1]), scale(at[i])]
  const share = (scale(price) - from) / (to - from)
  return values[i - 1] + Math.min(1, Math.max(0, share)) * (values[i] - values[i - 1])
}
