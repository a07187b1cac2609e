// What the numbers rest on: technologies, handlers, every cost with its source, and the measurements behind them.
import { readCsv } from '../language/csv-column.ts'
import { rowsCited, type Cost, type Technology } from '../models/host/technology.ts'
import { grid } from './grid.ts'

/** A cost under the name that scenarios override it by. */
interface NamedCost extends Cost {
  readonly name: string
}

/**
 * What is known under `name`, for people; everything when it is undefined.
 * @param name a technology, `technology.handler`, a cost's full name, or the id of a measurement
 * @param measurementsCsv text of data/measurements.csv
 * @returns null when nothing has that name
 */
export function modelsText(
  technologies: readonly Technology[],
  name: string | undefined,
  measurementsCsv: string,
): string | null {
  const sorted = technologies.toSorted(byName)
  if (name === undefined) return text(sorted.flatMap((technology) => ['', ...technologyLines(technology)]).slice(1))
  const measurement = measurements(measurementsCsv).get(name)
  if (measurement !== undefined) return text(measurement)
  for (const technology of sorted) {
    if (technology.name === name) return text(technologyLines(technology))
    const handler = Object.keys(technology.handlers).find((handler) => `${technology.name}.${handler}` === name)
    if (handler !== undefined) return text(handlerLines(technology, handler))
    const cost = costsOf(technology).find((cost) => cost.name === name)
    if (cost !== undefined) return text(costWithMeasurements(cost, measurements(measurementsCsv)))
  }
  return null
}

/** Every name that `modelsText` knows. */
export function modelNames(technologies: readonly Technology[], measurementsCsv: string): string[] {
  return [
    ...technologies.flatMap((technology) => [
      technology.name,
      ...Object.keys(technology.handlers).map((handler) => `${technology.name}.${handler}`),
      ...costsOf(technology).map(({ name }) => name),
    ]),
    ...measurements(measurementsCsv).keys(),
  ]
}

/** All technologies for machines. */
export function modelsJson(technologies: readonly Technology[]): object {
  return {
    technologies: technologies.toSorted(byName).map((technology) => ({
      name: technology.name,
      handlers: Object.entries(technology.handlers).map(([name, { kind }]) => ({ name, kind })),
      costs: costsOf(technology).map(({ name, value, unit, source, range }) => {
        return { name, value, unit, source, range, rows: rowsCited(source) }
      }),
    })),
  }
}

function text(lines: readonly string[]): string {
  return lines.join('\n') + '\n'
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function costsOf({ name, costs }: Technology): NamedCost[] {
  return Object.entries(costs)
    .map(([key, cost]) => ({ ...cost, name: `${name}.${key}` }))
    .sort(byName)
}

function technologyLines(technology: Technology): string[] {
  return [
    technology.name,
    ...grid(
      Object.entries(technology.handlers).map(([name, { kind }]) => [
        `  ${name}`,
        isMeasured(handlerCosts(technology, name)) ? kind : `${kind} (no measurement)`,
      ]),
      ['left', 'left'],
    ),
    '',
    ...costLines(costsOf(technology)),
    ...(technology.alternatives ?? []).map((key) => `  ${technology.name}.${key}: may be given; replaces its parts`),
  ]
}

function handlerLines(technology: Technology, handler: string): string[] {
  const costs = handlerCosts(technology, handler)
  const shared = costs.length === 0 ? `only costs it shares with others: offsim models ${technology.name}` : ''
  const kind = technology.handlers[handler].kind + (isMeasured(costs) ? '' : ' (no measurement)')
  return [`${technology.name}.${handler}: ${kind}`, '', ...(shared === '' ? costLines(costs) : [`  ${shared}`])]
}

/** Costs that are a handler's alone. */
function handlerCosts(technology: Technology, handler: string): NamedCost[] {
  return costsOf(technology).filter(({ name }) => name.startsWith(`${technology.name}.${handler}.`))
}

function isMeasured(costs: readonly Cost[]): boolean {
  return costs.length === 0 || costs.some(({ source }) => !source.startsWith('assumption'))
}

function costLines(costs: readonly NamedCost[]): string[] {
  return grid(
    costs.map(({ name, value, unit, source, range, choices }) => [
      `  ${name}`,
      choices?.[value] ?? String(value),
      unit,
      choices?.join(' or ') ?? (range === undefined ? '' : `${range[0]} to ${range[1]}`),
      source,
    ]),
    ['left', 'right', 'left', 'left', 'left'],
  )
}

function costWithMeasurements(cost: NamedCost, rows: ReadonlyMap<string, readonly string[]>): string[] {
  const cited = rowsCited(cost.source).filter((id) => rows.has(id))
  return [...costLines([cost]), ...cited.flatMap((id) => ['', ...rows.get(id)!])]
}

/** Rows of the measurements by id, each as `column: value` lines; empty cells are left out. */
function measurements(csv: string): Map<string, readonly string[]> {
  const rows = readCsv(csv)
  if (!Array.isArray(rows)) throw new RangeError(`measurements: ${rows.refused}`)
  const [header, ...body] = rows
  const lines = (row: readonly string[]) =>
    header.map((column, index) => [column, row[index] ?? '']).filter(([, value]) => value !== '' && value !== '-')
  return new Map(body.map((row) => [row[0], lines(row).map(([column, value]) => `${column}: ${value}`)]))
}
