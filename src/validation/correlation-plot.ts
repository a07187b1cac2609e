// A picture of all cases that were run: predicted against published, and how far off predictions are, as SVG.
import { logarithm } from '../engine/elementary.ts'
import type { Judged } from './judging.ts'
import type { Role } from './roles.ts'

const WIDTH = 960
const HEIGHT = 480
/** Inner edges of the two panels. */
const LEFT = { x: 70, y: 40, width: 400, height: 380 }
const RIGHT = { x: 560, y: 40, width: 370, height: 380 }
/** Least and greatest value of the axes of the left panel, as powers of ten. */
const DECADES = [-2, 7] as const
/** What the right panel ends at: errors of 50 % and more lie on its edge. */
const ERROR_MAX = 0.5

const COLORS: Partial<Record<Role, string>> = {
  predicted: '#0b6e4f',
  calibrated: '#b0b0b0',
  unconfirmed: '#d8a200',
  theory: '#4361c2',
  analytic: '#8e44ad',
}

type Point = Judged & { readonly predicted: number; readonly error: number }

/** Predicted against published on the left, both logarithmic; errors of predictions in order of their size on the right. */
export function correlationPlot(all: readonly Judged[]): string {
  const isPoint = (one: Judged): one is Point =>
    one.predicted !== null && one.error !== null && one.case.value !== null && one.case.tolerance !== 'sign'
  const points = all.filter(isPoint)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...correlation(points),
    ...errors(points.filter(({ role }) => role === 'predicted')),
    ...legend(),
    '</svg>',
    '',
  ].join('\n')
}

function correlation(points: readonly Point[]): string[] {
  const [least, most] = DECADES
  const across = (value: number) => LEFT.x + ((decade(value) - least) / (most - least)) * LEFT.width
  const up = (value: number) => LEFT.y + LEFT.height - ((decade(value) - least) / (most - least)) * LEFT.height
  const powers = Array.from({ length: most - least + 1 }, (_, i) => least + i)
  const ticks = powers.flatMap((power) => {
    const [x, y] = [LEFT.x + ((power - least) / (most - least)) * LEFT.width, up(power10(power))]
    return [
      line(x, LEFT.y, x, LEFT.y + LEFT.height, '#eeeeee'),
      line(LEFT.x, y, LEFT.x + LEFT.width, y, '#eeeeee'),
      text(x, LEFT.y + LEFT.height + 16, powerText(power), 'middle'),
      text(LEFT.x - 6, y + 4, powerText(power), 'end'),
    ]
  })
  const isInside = (value: number) => value > 0 && decade(value) >= least && decade(value) <= most
  const dots = points
    .filter((one) => isInside(one.case.value!) && isInside(one.predicted))
    .toSorted((a, b) => order(a) - order(b))
    .map((one) => {
      const name = `${one.case.id}: ${one.predicted} for ${one.case.value} ${one.case.unit}`
      const place = `cx="${round(across(one.case.value!))}" cy="${round(up(one.predicted))}"`
      return `<circle ${place} r="3.5" fill="${COLORS[one.role] ?? '#000000'}" fill-opacity="0.75"><title>${escaped(name)}</title></circle>`
    })
  return [
    ...ticks,
    line(LEFT.x, LEFT.y + LEFT.height, LEFT.x + LEFT.width, LEFT.y, '#333333'),
    ...dots,
    frame(LEFT),
    text(LEFT.x + LEFT.width / 2, LEFT.y - 14, 'what was published, and what comes out', 'middle'),
    text(LEFT.x + LEFT.width / 2, LEFT.y + LEFT.height + 36, 'published, each in its own unit', 'middle'),
    turned(LEFT.x - 46, LEFT.y + LEFT.height / 2, 'simulated'),
  ]
}

/** Predictions are drawn last, so that nothing hides them. */
function order({ role }: Judged): number {
  return role === 'predicted' ? 1 : 0
}

function errors(predictions: readonly Point[]): string[] {
  const sizes = predictions.map(({ error }) => Math.abs(error)).sort((a, b) => a - b)
  const across = (size: number) => RIGHT.x + (Math.min(size, ERROR_MAX) / ERROR_MAX) * RIGHT.width
  const up = (share: number) => RIGHT.y + RIGHT.height * (1 - share)
  const steps = sizes.map((size, i) => {
    return `H${round(across(size))}V${round(up((i + 1) / sizes.length))}`
  })
  const ticks = [0, 0.1, 0.2, 0.3, 0.4, 0.5].flatMap((size) => [
    line(across(size), RIGHT.y, across(size), RIGHT.y + RIGHT.height, '#eeeeee'),
    text(across(size), RIGHT.y + RIGHT.height + 16, `${Math.round(100 * size)} %`, 'middle'),
  ])
  const shares = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    line(RIGHT.x, up(share), RIGHT.x + RIGHT.width, up(share), '#eeeeee'),
    text(RIGHT.x - 6, up(share) + 4, `${100 * share} %`, 'end'),
  ])
  return [
    ...ticks,
    ...shares,
    `<path d="M${RIGHT.x} ${RIGHT.y + RIGHT.height}${steps.join('')}" fill="none" stroke="${COLORS.predicted}" stroke-width="2"/>`,
    frame(RIGHT),
    text(
      RIGHT.x + RIGHT.width / 2,
      RIGHT.y - 14,
      `share of ${sizes.length} predictions that are off by at most`,
      'middle',
    ),
    text(RIGHT.x + RIGHT.width / 2, RIGHT.y + RIGHT.height + 36, '|error|', 'middle'),
  ]
}

function legend(): string[] {
  return Object.entries(COLORS).flatMap(([role, color], i) => [
    `<circle cx="${LEFT.x + 16}" cy="${LEFT.y + 16 + 18 * i}" r="4" fill="${color}"/>`,
    text(LEFT.x + 26, LEFT.y + 20 + 18 * i, role, 'start'),
  ])
}

const decade = (value: number): number => logarithm(value) / logarithm(10)
const power10 = (power: number): number => Number(`1e${power}`)
const powerText = (power: number): string => (power < 0 || power > 4 ? `1e${power}` : String(power10(power)))
const round = (value: number): string => String(Math.round(10 * value) / 10)

function line(x1: number, y1: number, x2: number, y2: number, color: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${color}"/>`
}

function frame({ x, y, width, height }: typeof LEFT): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#333333"/>`
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="#222222">${escaped(words)}</text>`
}

function turned(x: number, y: number, words: string): string {
  return `<text transform="translate(${round(x)} ${round(y)}) rotate(-90)" text-anchor="middle" fill="#222222">${escaped(words)}</text>`
}

function escaped(words: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return words.replace(/[&<>"]/g, (character) => entities[character])
}
