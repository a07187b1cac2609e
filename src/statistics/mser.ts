// MSER-5: where the start-up of a simulated series ends, judged from the series alone.
// White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69 (1997), and White, Cobb
// and Spratt, "A comparison of five steady-state truncation heuristics", Winter Simulation Conference (2000).

/** How many neighbouring observations are averaged before the rule looks at them. */
export const MSER_BATCH = 5

/** The rule has too little to go on when fewer batches than this are left. */
const BATCHES_KEPT = 5

/**
 * A few neighbouring batches are often alike by chance, since what they observe lasts longer than a batch, and then the rule
 * would leave out all but them. So the last tenth of a series never starts what is kept.
 */
const SHARE_KEPT = 0.1

/** Fewest observations that can be judged. */
export const MSER_OBSERVATIONS_MIN = MSER_BATCH * 2 * BATCHES_KEPT

/**
 * How many observations at the start of a series are to be left out: the number, a multiple of 5, that makes the
 * squared standard error of the mean of the rest least, the smallest such number if there are several.
 * @throws RangeError when the series is shorter than 50 observations
 */
export function mser5(series: readonly number[]): number {
  if (series.length < MSER_OBSERVATIONS_MIN) {
    throw new RangeError(`MSER-5 needs ${MSER_OBSERVATIONS_MIN} observations; the series has ${series.length}`)
  }
  const batches = batchMeans(series)
  const kept = Math.max(BATCHES_KEPT, SHARE_KEPT * batches.length)
  let best = 0
  let least = Infinity
  // From the end, so that the squared deviations of every rest come from one pass (Welford's update).
  let [count, mean, squares] = [0, 0, 0]
  for (let first = batches.length - 1; first >= 0; first--) {
    const deviation = batches[first] - mean
    count++
    mean += deviation / count
    squares += deviation * (batches[first] - mean)
    if (count < kept) continue
    const statistic = squares / (count * count)
    if (statistic <= least) [best, least] = [first, statistic]
  }
  return best * MSER_BATCH
}

/** Means of neighbouring observations; what does not fill a batch at the end is left out. */
function batchMeans(series: readonly number[]): number[] {
  const means: number[] = []
  for (let end = MSER_BATCH; end <= series.length; end += MSER_BATCH) {
    let sum = 0
    for (let i = end - MSER_BATCH; i < end; i++) sum += series[i]
    means.push(sum / MSER_BATCH)
  }
  return means
}
