// The spread of an answer over prices: a Latin hypercube of all their ranges, at each point of which the arms are asked again.
import { streamSeed } from '../engine/random.ts'
import { latinCoordinates } from '../statistics/latin-hypercube.ts'
import type { Comparison, Saving } from './comparison.ts'
import type { RowDoubt, Spread } from './price-doubt.ts'
import type { UncertainPrice } from './pricing.ts'
import type { Move, RepricedArm } from './repricing.ts'
import { chargedTo } from './rows.ts'

/** How many sets of prices are tried. */
export const POINTS = 2048
/** Parts of a price's range within which the answer is averaged, to see how much of its spread follows the price. */
const PARTS = 32

/** The doubt of every row, from arms that can be asked at any prices. */
export function rowDoubts(
  comparison: Comparison,
  prices: readonly UncertainPrice[],
  arms: ReadonlyMap<string, RepricedArm>,
): RowDoubt[] {
  const { rows, baseline, scenario } = comparison
  const isCompared = comparison.arms.length > 1
  const design = prices.map(columnOf)
  const moves = movesOf(prices, design, arms)
  const clockHz = scenario.host.clockHz
  return rows.map((row): RowDoubt => {
    const { arm, technology } = row
    const [after, before] = [moves.get(arm)!, moves.get(baseline.name)!]
    const spread = (saving: Saving, isPart: (isBatch: boolean) => boolean): Spread => {
      const sum = (moved: readonly Move[]) =>
        moved.reduce(
          (all, move) => (isOfRow(technology, move.technology) && isPart(move.isBatch) ? all + move.cycles : all),
          0,
        )
      const own = isCompared ? saving.savedS! : saving.armS
      const values = Float64Array.from(after, (moved, point) => {
        const cycles = isCompared ? sum(before[point]) - sum(moved) : sum(moved)
        return own + cycles / clockHz
      })
      return spreadOf(values, prices, design)
    }
    const parts = {
      steady: spread(row.steady, (isBatch) => !isBatch),
      batch: spread(row.batch, (isBatch) => isBatch),
    }
    return { arm, technology, ...spread(row, () => true), ...parts }
  })
}

/** Prices move technologies, and never what guests themselves ask for. */
function isOfRow(row: string, technology: string): boolean {
  const entry = { technology } as Parameters<ReturnType<typeof chargedTo>>[0]
  return chargedTo(row)(entry)
}

/** One price at every point of the design. */
interface Column {
  readonly values: Float64Array
  /** In which of the parts of its range each value lies; as many lie in each. */
  readonly parts: Uint8Array
}

function columnOf({ name, low, high, isWhole }: UncertainPrice): Column {
  const shares = latinCoordinates(POINTS, streamSeed(0, 0, `prices/${name}`))
  const valueAt = (share: number) => (isWhole ? low + Math.floor(share * (high - low + 1)) : low + share * (high - low))
  return { values: shares.map(valueAt), parts: Uint8Array.from(shares, (share) => Math.floor(share * PARTS)) }
}

type Moves = readonly (readonly Move[])[]

function movesOf(
  prices: readonly UncertainPrice[],
  design: readonly Column[],
  arms: ReadonlyMap<string, RepricedArm>,
): Map<string, Moves> {
  const position = new Map(prices.map(({ name }, i) => [name, i]))
  return new Map(
    [...arms].map(([name, arm]) => {
      const moves = Array.from({ length: POINTS }, (_, point) =>
        arm.movedTo((price) => {
          const i = position.get(price)
          return i === undefined ? undefined : design[i].values[point]
        }),
      )
      return [name, moves]
    }),
  )
}

function spreadOf(values: Float64Array, prices: readonly UncertainPrice[], design: readonly Column[]): Spread {
  const sorted = values.toSorted()
  const [lowS, highS] = [quantile(sorted, 0.025), quantile(sorted, 0.975)]
  const variance = varianceOf(values)
  const ends = sorted[POINTS - 1] - sorted[0]
  const isMoved = ends > 1e-9 * Math.max(Math.abs(sorted[0]), Math.abs(sorted[POINTS - 1]))
  if (!isMoved) return { lowS, highS, price: null, share: 0 }
  const shares = design.map(({ parts }) => shareOf(values, parts, variance))
  const most = shares.indexOf(Math.max(...shares))
  return { lowS, highS, price: prices[most].name, share: shares[most] }
}

/** Which share of the variance goes if a price becomes known: the variance of means over parts of its range, less what chance puts there. */
function shareOf(values: Float64Array, parts: Uint8Array, variance: number): number {
  const each = POINTS / PARTS
  const means = new Float64Array(PARTS)
  for (let point = 0; point < POINTS; point++) means[parts[point]] += values[point] / each
  const share = varianceOf(means) / variance
  return Math.min(1, Math.max(0, (share - 1 / each) / (1 - 1 / each)))
}

function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length
}

/** Between the two nearest of sorted values. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below] + (place - below) * (sorted[above] - sorted[below])
}
