// The rows of one arm as aligned text: where cycles are spent before and after, and how long the work takes.
import type { ArmResult, Latency } from '../answers/arm-result.ts'
import type { Comparison, Row, Saving } from '../answers/comparison.ts'
import { IMPUTED_STEP } from '../answers/imputation.ts'
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
  readonly baselineLatency: Latency | null
  readonly latency: Latency | null
  /** Handlers, printed under the line. */
  readonly note: string
  readonly isNote: boolean
}

/** Processor time and latencies side by side where `width` allows it, else one below the other. */
export function armGrid(comparison: Comparison, arm: ArmResult, baseline: ArmResult | null, width: number): GridLine[] {
  const entries = comparison.rows.filter((row) => row.arm === arm.name).flatMap((row) => entriesOf(row, arm, baseline))
  const savings = savingColumns(comparison, entries, baseline !== null)
  const timed = entries.filter(isTimed)
  if (timed.length === 0) return laidOut(savings, entries)
  const sideBySide = laidOut([...savings, ...latencyColumns(entries, baseline !== null)], entries)
  if (sideBySide.every(({ text }) => text.length <= width)) return sideBySide
  const labels: GridColumn = { head: 'latency', cells: timed.map(({ label }) => label), alignment: 'left' }
  const latencies = laidOut(
    [labels, ...latencyColumns(timed, baseline !== null)],
    timed.map((entry) => ({ ...entry, note: '' })),
  )
  return [...laidOut(savings, entries), { text: '', isNote: false }, ...latencies]
}

function entriesOf(row: Row, arm: ArmResult, baseline: ArmResult | null): Entry[] {
  const { technology, baselineLatency, latency } = row
  const caused = row.caused.map((saving) => ({
    label: `  of which caused by ${saving.cause}`,
    saving,
    baselineLatency: null,
    latency: null,
    note: '',
    isNote: true,
  }))
  const before = baseline && handlerName(baseline, technology)
  const after = handlerName(arm, technology)
  const note = before === null || before === after ? after : `${before} → ${after}`
  return [{ label: technology, saving: row, baselineLatency, latency, note, isNote: false }, ...caused]
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

function savingColumns({ windowS }: Comparison, entries: readonly Entry[], isCompared: boolean): GridColumn[] {
  const unitS = windowS ?? 1
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
    head: windowS === null ? 'processor seconds' : 'cores',
    cells: entries.map(({ label }) => label),
    alignment: 'left',
  }
  if (!isCompared) return [labels, numbers('needed', ({ armS }) => inUnit(armS))]
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
    numbers('%', ({ percent }) => (percent === null ? '' : percentage(percent))),
  ]
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
