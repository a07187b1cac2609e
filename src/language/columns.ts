// The columns of results: the one list that rows, CSV, Parquet, JSON, `expect` and docs/SWEEPS.md go by. A new column is a
// line here, its cell in `report/cells.ts` and, where it can be expected, its interval in `answers/quantities.ts`: the
// compiler asks for both.
import type { DimensionName } from '../units/units.ts'

export interface Column {
  /** As files write it: the stem with its unit behind it. */
  readonly name: string
  readonly stem: string
  readonly type: 'text' | 'number' | 'whole'
  /** What a unit in its place must measure; null: it has none. */
  readonly dimension: DimensionName | null
  /** The column's own unit, in base units. */
  readonly unit: number
  /** Whether it needs a baseline: empty where a scenario has one arm. */
  readonly needsBaseline: boolean
  /** Whether it has an interval, so that `expect` can name it. */
  readonly hasInterval: boolean
  readonly meaning: string
}

const WITHOUT_UNIT = { suffix: '', dimension: null, unit: 1 } as const
const SECONDS = { suffix: '_s', dimension: 'time', unit: 1e9 } as const
const MICROSECONDS = { suffix: '_us', dimension: 'time', unit: 1e3 } as const
const PERCENT = { suffix: '_percent', dimension: 'share', unit: 0.01 } as const
const BYTES = { suffix: '_bytes', dimension: 'bytes', unit: 1 } as const

interface Unit<Suffix extends string> {
  readonly suffix: Suffix
  readonly dimension: DimensionName | null
  readonly unit: number
}
type Named<Name extends string> = Column & { readonly name: Name }
type Measured<Name extends string, Measurable extends boolean> = Named<Name> & { readonly hasInterval: Measurable }

/** A column that says what a row is of. */
function label<Name extends string>(name: Name, meaning: string, type: 'text' | 'whole' = 'text') {
  const column = {
    name,
    stem: name,
    type,
    dimension: null,
    unit: 1,
    hasInterval: false,
    meaning,
  } as const
  return { ...column, needsBaseline: name.startsWith('baseline_') } satisfies Column as Measured<Name, false>
}

/** A column with one value, and an interval, for each row. */
function quantity<Stem extends string, Suffix extends string>(
  stem: Stem,
  { suffix, dimension, unit }: Unit<Suffix>,
  meaning: string,
  needsBaseline = false,
) {
  const name = `${stem}${suffix}` as const
  const column: Column = {
    ...{ name, stem, type: 'number', dimension, unit, needsBaseline, meaning },
    hasInterval: true,
  }
  return column as Measured<`${Stem}${Suffix}`, true>
}

/** A column, and before it its twin for the baseline. */
function both<Stem extends string, Suffix extends string>(stem: Stem, unit: Unit<Suffix>, meaning: string) {
  const ofBaseline = quantity(`baseline_${stem}` as const, unit, `of the baseline: ${meaning}`, true)
  return [ofBaseline, quantity(stem, unit, meaning)] as const
}

/** An end of an interval. */
function end<Stem extends string, Suffix extends string>(
  stem: Stem,
  unit: Unit<Suffix>,
  meaning: string,
  needsBaseline = true,
) {
  const column = { ...quantity(stem, unit, meaning, needsBaseline), hasInterval: false }
  return column as Measured<`${Stem}${Suffix}`, false>
}

const AT_OTHER_PRICES = 'with prices anywhere in their ranges'

/** All columns in the order of the CSV. Columns are only ever added, at the end. */
export const COLUMNS = [
  label('scenario', 'name of the scenario'),
  label('id', '12 hexadecimal digits: the hash of all that the numbers depend on'),
  label('seed', 'seed of all random streams', 'whole'),
  label('replications', 'runs of each arm', 'whole'),
  label('baseline_arm', 'the arm that is compared with: the first of the scenario'),
  label('arm', 'the arm of the row'),
  label('technology', 'a technology; `total`: all technologies; `host`: those and guest work'),
  label('baseline_handler', 'handler of the technology in the baseline'),
  label('handler', 'handler of the technology in the arm'),
  quantity('items', WITHOUT_UNIT, 'work items generated in the window that pass the technology'),
  ...both('dropped', WITHOUT_UNIT, 'items lost to a full queue, or superseded'),
  ...both('cpu', SECONDS, 'processor seconds a replication, of work generated in the window'),
  quantity('saved_cpu', SECONDS, 'baseline less arm: negative where the arm needs more', true),
  end('saved_low_cpu', SECONDS, 'lower end of its interval, over paired replications'),
  end('saved_high_cpu', SECONDS, 'upper end of its interval'),
  quantity('saved', PERCENT, 'saved share of the baseline', true),
  ...both('cores', WITHOUT_UNIT, 'processor seconds a second of the window'),
  quantity('saved_cores', WITHOUT_UNIT, 'baseline less arm', true),
  ...both('p50', MICROSECONDS, 'median latency, waiting included'),
  ...both('p99', MICROSECONDS, '99th percentile of latency'),
  ...both(
    'makespan',
    SECONDS,
    'time until all work is done, for `until: idle`, or all batches are, for `until: batches`',
  ),
  ...both('stored', BYTES, 'bytes that clones allocate'),
  ...both('moved', BYTES, 'bytes that clones move, reads and writes'),
  label('saturated', '`arm:resource` of what cannot keep up, joined by `;`'),
  ...both('p95', MICROSECONDS, '95th percentile of latency'),
  ...both('delivered', WITHOUT_UNIT, 'of the items: finished, neither lost, superseded nor left undone'),
  ...both('batch_cpu', SECONDS, 'of `cpu_s`: for batches (clones and loops), which are no rate'),
  end('saved_low_cores', WITHOUT_UNIT, 'lower end of the interval of `saved_cores`'),
  end('saved_high_cores', WITHOUT_UNIT, 'upper end of it'),
  end('saved_low', PERCENT, 'lower end of the interval of `saved_percent`'),
  end('saved_high', PERCENT, 'upper end of it'),
  ...both('utilization', PERCENT, 'share of the host’s core time in the window that is used'),
  label(
    'baseline_limit',
    'of the baseline: the resource that counted work asks for most, as a share of what it can do',
  ),
  label('limit', 'the resource that counted work asks for most, as a share of what it can do'),
  ...both('fit', WITHOUT_UNIT, 'VMs that fit, of the group that `fit` names, or of the only one with open work'),
  end('fit_low', WITHOUT_UNIT, 'lower end of the interval of `fit`, whole VMs', false),
  end('fit_high', WITHOUT_UNIT, 'upper end of it', false),
  quantity(
    'doubt_low_cpu',
    SECONDS,
    `of \`saved_cpu_s\`, or of a lone arm’s \`cpu_s\`: 2.5 % point ${AT_OTHER_PRICES}`,
  ),
  quantity('doubt_high_cpu', SECONDS, 'the same: 97.5 % point'),
  label('doubt_price', 'the price that carries most of the difference between the two'),
] as const

export type ColumnName = (typeof COLUMNS)[number]['name']
/** Names of columns with an interval. */
export type QuantityName = Extract<(typeof COLUMNS)[number], { readonly hasInterval: true }>['name']

/** The columns of points of a sweep, which are not asked how far they rest on prices. */
export const SWEEP_COLUMNS: readonly Column[] = COLUMNS.filter(({ stem }) => !stem.startsWith('doubt_'))

/** The columns that `expect` can name. */
export const QUANTITY_COLUMNS: readonly (Column & { readonly name: QuantityName })[] = COLUMNS.filter(
  (column) => column.hasInterval,
)
