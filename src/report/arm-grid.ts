// The rows of one arm as aligned text: where cycles are spent before and after, and how long the work takes.
import type { ArmResult, Latency } from '../answers/arm-result.ts'
import type { Comparison, Row, Saving, SplitSaving } from '../answers/comparison.ts'
import { IMPUTED_STEP } from '../answers/imputation.ts'
import { doubtOf, type Spread } from '../answers/price-doubt.ts'
import { alignPoints, columnDecimals, inColumn, percentage, significant } from './digits.ts'
import { grid, type Alignment } from './grid.ts'

export interface GridLine {
  readonly text: string
  /** Belongs to the line above it: handlers, causes. */
  readonly isNote: boolean
}

/** A line of the grid before it is laid out. */
interface Entry {
  readonly label: string
  readonly saving: Saving
  readonly atOtherPrices: Spread | undefined
  readonly baselineLatency: Latency | null
  readonly latency: Latency | null
  /** Handlers, printed under the line. */
  readonly note: string
  readonly isNote: boolean
}

/** A part of the cycles that has a grid of its own. */
interface Part {
  /** What stands over it: its unit, and what it is of. */
  readonly head: string
  /** Processor seconds of one unit. */
  readonly unitS: number
  readonly of: (saving: SplitSaving) => Saving
  /** Where a row would lie at other prices; undefined where nobody asked. */
  readonly atOtherPrices: (row: Row) => Spread | undefined
  readonly rows: readonly Row[]
}

/** Processor time and latencies side by side where `width` allows it, else one below the other. */
export function armGrid(comparison: Comparison, arm: ArmResult, baseline: ArmResult | null, width: number): GridLine[] {
  const rows = comparison.rows.filter((row) => row.arm === arm.name)
  const grids = partsOf(comparison, rows).map((part) => partGrid(part, arm, baseline, width))
  return grids.flatMap((lines, part) => (part === 0 ? lines : [{ text: '', isNote: false }, ...lines]))
}

/** In a window, batches have rows of their own, in processor seconds: they are no rate. */
function partsOf(comparison: Comparison, rows: readonly Row[]): Part[] {
  const { windowS } = comparison
  const doubt = (row: Row) => doubtOf(comparison, row)
  if (windowS === null)
    return [{ head: 'processor seconds', unitS: 1, of: (saving) => saving, atOtherPrices: doubt, rows }]
  const batches = rows.filter(({ batch }) => !isNothing(batch))
  const steady = rows.filter((row) => !isNothing(row.steady) || !batches.includes(row))
  const total = batches.find(({ technology }) => technology === 'total')
  // Without guest work in it, the host's row says the same as the technologies'.
  const isRepeated = ({ technology, batch }: Row) => technology === 'host' && batch.armS === total?.batch.armS
  return [
    {
      head: 'cores',
      unitS: windowS,
      of: ({ steady }: SplitSaving) => steady,
      atOtherPrices: (row: Row) => doubt(row)?.steady,
      rows: steady,
    },
    {
      head: 'processor seconds of batches',
      unitS: 1,
      of: ({ batch }: SplitSaving) => batch,
      atOtherPrices: (row: Row) => doubt(row)?.batch,
      rows: batches.filter((row) => !isRepeated(row)),
    },
  ].filter(({ rows: own }) => own.length > 0)
}

function isNothing({ baselineS, armS }: Saving): boolean {
  return armS === 0 && (baselineS ?? 0) === 0
}

function partGrid(part: Part, arm: ArmResult, baseline: ArmResult | null, width: number): GridLine[] {
  const entries = part.rows.flatMap((row) => entriesOf(row, part, arm, baseline))
  const isCompared = baseline !== null
  const savings = savingColumns(entries, part, isCompared)
  const timed = entries.filter(isTimed)
  if (timed.length === 0) return laidOut(savings, entries)
  const sideBySide = laidOut([...savings, ...latencyColumns(entries, isCompared)], entries)
  if (sideBySide.every(({ text }) => text.length <= width)) return sideBySide
  const labels: GridColumn = { head: 'latency', cells: timed.map(({ label }) => label), alignment: 'left' }
  const latencies = laidOut(
    [labels, ...latencyColumns(timed, isCompared)],
    timed.map((entry) => ({ ...entry, note: '' })),
  )
  return [...laidOut(savings, entries), { text: '', isNote: false }, ...latencies]
}

function entriesOf(row: Row, { of, atOtherPrices }: Part, arm: ArmResult, baseline: ArmResult | null): Entry[] {
  const { technology, baselineLatency, latency } = row
  const caused = row.caused
    .filter((saving) => !isNothing(of(saving)))
    .map((saving) => ({
      label: `  of which caused by ${saving.cause}`,
      saving: of(saving),
      atOtherPrices: undefined,
      baselineLatency: null,
      latency: null,
      note: '',
      isNote: true,
    }))
  const before = baseline && handlerName(baseline, technology)
  const after = handlerName(arm, technology)
  const note = before === null || before === after ? after : `${before} → ${after}`
  const own = { saving: of(row), atOtherPrices: atOtherPrices(row), baselineLatency, latency }
  return [{ label: technology, ...own, note, isNote: false }, ...caused]
}

/** A handler whose steps were all priced by assumption says so. */
function handlerName(arm: ArmResult, technology: string): string {
  if (!Object.hasOwn(arm.handlers, technology)) return ''
  const steps = arm.ledgers
    .flat()
    .filter((entry) => entry.technology === technology && entry.step !== IMPUTED_STEP && entry.counted > 0)
  const isMeasured = steps.length === 0 || steps.some((entry) => !entry.assumed)
  return arm.handlers[technology] + (isMeasured ? '' : ' (no measurement)')
}

interface GridColumn {
  readonly head: string
  readonly cells: readonly string[]
  readonly alignment: Alignment
}

function savingColumns(entries: readonly Entry[], { head, unitS }: Part, isCompared: boolean): GridColumn[] {
  // The host's own row would hide what its small parts need.
  const parts = entries.filter(({ label }) => label !== 'host').map(({ saving }) => saving)
  const decimals = columnDecimals(parts.flatMap(({ baselineS, armS }) => [(baselineS ?? 0) / unitS, armS / unitS]))
  const inUnit = (cpuS: number | null) => (cpuS === null ? '' : inColumn(cpuS / unitS, decimals))
  const numbers = (head: string, of: (saving: Saving) => string): GridColumn => ({
    head,
    cells: alignPoints(entries.map(({ saving }) => of(saving))),
    alignment: 'right',
  })
  const labels: GridColumn = {
    head,
    cells: entries.map(({ label }) => label),
    alignment: 'left',
  }
  const needed = numbers('needed', ({ armS }) => inUnit(armS))
  if (!isCompared) return [labels, needed, ...priceColumns(entries, inUnit)]
  return [
    labels,
    numbers('before', ({ baselineS }) => inUnit(baselineS)),
    numbers('after', ({ armS }) => inUnit(armS)),
    numbers('saved', ({ savedS }) => inUnit(savedS)),
    numbers('±', ({ savedS, highS, isUndecided }) => {
      if (isUndecided) return 'undecided'
      if (savedS === null || highS === null) return ''
      return highS === savedS ? 'exact' : inColumn((highS - savedS) / unitS, decimals, 2)
    }),
    ...priceColumns(entries, inUnit),
    numbers('%', ({ percent }) => (percent === null ? '' : percentage(percent))),
  ]
}

/** From where to where a row would lie with prices anywhere in their ranges; no column where nobody asked. */
function priceColumns(entries: readonly Entry[], inUnit: (cpuS: number) => string): GridColumn[] {
  if (entries.every(({ atOtherPrices }) => atOtherPrices === undefined)) return []
  const cells = entries.map(({ atOtherPrices: spread }) => {
    return spread === undefined || spread.price === null ? '' : `${inUnit(spread.lowS)} to ${inUnit(spread.highS)}`
  })
  return [{ head: 'at other prices', cells, alignment: 'left' }]
}

function latencyColumns(entries: readonly Entry[], isCompared: boolean): GridColumn[] {
  const percentiles = [
    ['p50', 'p50Us'],
    ['p95', 'p95Us'],
    ['p99', 'p99Us'],
  ] as const
  const units = entries.map(latencyUnit)
  const inUnits = (of: (entry: Entry) => number | undefined) =>
    aligned(entries.map((entry, line) => ({ us: of(entry), unit: units[line] })))
  const columns = percentiles.map(([head, key]): GridColumn => {
    const before = inUnits(({ baselineLatency }) => baselineLatency?.[key])
    const after = inUnits(({ latency }) => latency?.[key])
    const cells = entries.map((entry, line) => {
      if (!isTimed(entry)) return ''
      return isCompared ? `${before[line]} → ${after[line].trimEnd()}` : after[line]
    })
    return { head, cells, alignment: 'left' }
  })
  return [
    { head: 'in', cells: entries.map((entry, line) => (isTimed(entry) ? units[line].name : '')), alignment: 'left' },
    ...columns,
  ]
}

interface LatencyUnit {
  readonly name: string
  readonly us: number
}

/** A line has one unit, so that before and after can be compared: the one that fits its larger median. */
function latencyUnit({ baselineLatency, latency }: Entry): LatencyUnit {
  const medianUs = Math.max(baselineLatency?.p50Us ?? 0, latency?.p50Us ?? 0)
  if (medianUs >= 1e6) return { name: 's', us: 1e6 }
  return medianUs >= 1e4 ? { name: 'ms', us: 1e3 } : { name: 'µs', us: 1 }
}

function isTimed({ baselineLatency, latency }: Entry): boolean {
  return baselineLatency !== null || latency !== null
}

/** Numbers with their points under each other; a dash where there is none. */
function aligned(values: readonly { us: number | undefined; unit: LatencyUnit }[]): string[] {
  const texts = alignPoints(values.map(({ us, unit }) => (us === undefined ? '–' : significant(us / unit.us))))
  const widest = Math.max(...texts.map((text) => text.length))
  return texts.map((text) => text.padStart(widest))
}

/** The grid, with the notes under the lines they belong to. */
function laidOut(columns: readonly GridColumn[], entries: readonly Entry[]): GridLine[] {
  const heads = columns.map(({ head }) => head)
  const cells = entries.map((_, line) => columns.map((column) => column.cells[line]))
  const [header, ...lines] = grid(
    [heads, ...cells],
    columns.map(({ alignment }) => alignment),
  )
  return [
    { text: header, isNote: true },
    ...lines.flatMap((text, line) => {
      const { note, isNote } = entries[line]
      return [{ text, isNote }, ...(note === '' ? [] : [{ text: `  ${note}`, isNote: true }])]
    }),
  ]
}
