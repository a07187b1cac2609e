// The part of the scenario language that says what a scenario may give instead of the prices of the models.
import type { Cost, Technology } from '../models/host/technology.ts'
import { MOST } from './arrival-language.ts'
import { choice, either, items, keys, number, optional, required, text, whole } from './shapes.ts'
import type { Complaint, Draft, Field, Meaning, Shape } from './shapes.ts'

/** What a scenario may say of prices. */
export function pricesOf(technologies: readonly Technology[]) {
  const costs = technologies.flatMap(({ name: technology, costs: own, alternatives = [] }) => [
    ...Object.entries(own).map(
      ([key, cost]) => [`${technology}.${key}`, optional(costShape(cost), cost.unit)] as const,
    ),
    ...alternatives.map((key) => {
      return [
        `${technology}.${key}`,
        optional(withOrigin(number(0, MOST, '2000'), '2000'), 'cycles, instead of its parts'),
      ] as const
    }),
  ])
  const example = '{ display.encodeCyclesPerPixel: 40 }'
  return keys(Object.fromEntries(costs) as Record<string, Field<WrittenCost | undefined>>, {
    noun: 'cost',
    example,
  })
}

/** A cost is a bare number in the unit that `models` prints, or one of a few words; and where that comes from. */
function costShape({ value, least = 0, whole: isWhole = false, choices }: Cost) {
  if (choices) return withOrigin(choice('choice', choices), choices[0])
  const example = String(value)
  return isWhole ? withOrigin(whole(least, MOST, example), example) : withOrigin(number(least, MOST, example), example)
}

function withOrigin(plain: Shape<string | number>, example: string) {
  const origin = keys(
    {
      value: required(plain, 'the price'),
      source: optional(
        text('where it comes from', 'measured on our hosts'),
        'where it comes from; `assumption: …` if nobody measured it',
      ),
      range: optional(items('end of the range', plain, 2), 'the least and the greatest it may be'),
    },
    { example: `{ value: ${example}, source: measured on our hosts }`, check: rangeHoldsValue },
  )
  return either(plain, origin)
}

function rangeHoldsValue({
  value,
  range,
}: Draft<{ value: number | string; range?: readonly (number | string)[] }>): Complaint[] {
  if (range === undefined || range.some((end) => end === undefined) || range.length < 2) return []
  const complain = (text: string) => [{ key: 'range', text }]
  if (typeof value === 'string') return complain('stands beside a word, which has none; remove it')
  const [low, high] = range as readonly number[]
  if (range.length > 2) return complain(`has ${range.length} ends; write two, [least, greatest]`)
  if (low > high) return complain('begins above its end; write [least, greatest]')
  if (value === undefined || (low <= value && value <= high)) return []
  return complain(`does not hold the value ${value}; write a range around it`)
}

export type WrittenCost = Meaning<ReturnType<typeof costShape>>
