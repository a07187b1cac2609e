// How a validation case is written, and the file of rows beside the cases: shapes, as those of scenarios.
import { EXPRESSION_WORDS } from '../language/parameters.ts'
import { schemaOf } from '../language/schema.ts'
import {
  anyQuantity,
  choice,
  defaulted,
  either,
  flag,
  items,
  keys,
  measure,
  name,
  names,
  optional,
  required,
  text,
  whole,
  type Complaint,
  type Meaning,
} from '../language/shapes.ts'

/** Models of others that a case may hold the simulation against. */
export const PEER_MODELS = ['accelerometer', 'logca', 'laws', 'amdahl'] as const

const rowId = text('the id of a row', 'INT-01')
const rowIds = items('row', rowId, 1)

const published = keys(
  {
    value: optional(anyQuantity(), 'what was published, in the unit of the case; or calculated: =1 / (1 - load)'),
    spread: optional(items('end', anyQuantity(), 2), 'least and greatest of several runs, or of a published range'),
    most: optional(anyQuantity(), '"up to": no prediction may be above'),
    least: optional(anyQuantity(), '"at least": no prediction may be below'),
    side: optional(
      choice('side', ['above', 'below']),
      'only an order was published: on which side of `neutral` it lies',
    ),
    formula: optional(text('a formula', 'M/M/1: 1 / (mu - lambda)'), 'the theorem or model that the value comes from'),
  },
  { example: '{ value: 3145 }', check: valueOrBound },
)

function valueOrBound(_: unknown, given: ReadonlySet<string>): Complaint[] {
  const isBound = given.has('most') || given.has('least')
  if (given.has('value') && isBound)
    return [{ key: 'value', text: 'excludes `most` and `least`, which only bound; keep one of the two' }]
  if (given.has('side') && (given.has('value') || isBound))
    return [{ key: 'side', text: 'is that of an order without a number; remove it beside one' }]
  if (!given.has('value') && !isBound && !given.has('side'))
    return [{ text: 'says nothing; write value: 3145, most: 48 for what is only "up to", or side: above for an order' }]
  return given.has('spread') && isBound ? [{ key: 'spread', text: 'belongs to a value; remove it beside a bound' }] : []
}

const naive = keys(
  {
    value: required(anyQuantity(), 'what it says, in the unit of the case'),
    how: required(text('how it was got', 'offsim 0.1.0 on the same scenario'), 'how that number was got'),
  },
  { example: '{ value: 294, how: sharing cores is free }' },
)

const chosen = keys(
  {
    path: required(text('a path of the scenario', 'vms.web.packets.0.rate'), 'the parameter'),
    rows: required(rowIds, 'the rows it was chosen by'),
  },
  { example: '{ path: vms.web.packets.0.rate, rows: [INT-31] }' },
)

export const caseLanguage = keys(
  {
    id: required(name('the name of a case', 'int-03', []), 'the name of the file too'),
    group: required(name('the name of a group', 'eli', []), 'the machine: one set of parameters gives all its cases'),
    title: required(text('a title in one line', 'Netperf through an assigned NIC'), 'what was measured'),
    quantity: required(
      text('an expression', 'base.total.makespan'),
      'from results: ARM.ROW.COLUMN, ARM.throughput, ARM.exits, ARM.guest_share, …',
    ),
    unit: required(text('a unit', 'Mbit/s'), 'a unit of the language, or a word for a plain number: cycles, x'),
    published: required(published, 'what is known'),
    rows: defaulted(items('row', rowId), [], '[]', 'the rows that the published value is taken from'),
    tolerance: required(
      either(choice('tolerance', ['sign']), measure('share', '0.001 %', '1000 %', '15 %')),
      'how far off it may be and still hold; `sign`: only on which side of `neutral` it lies',
    ),
    reason: required(text('a reason', 'spread of the runs'), 'why that far'),
    scale: optional(anyQuantity(), 'what errors are a share of, where the published value is 0'),
    neutral: optional(anyQuantity(), 'where nothing is gained: 0 of a saving, 1 of a ratio'),
    naive: optional(naive, 'what one would say without the mechanism'),
    against: optional(name('the name of a case', 'int-10', []), 'a case whose difference to this one is judged too'),
    lacks: optional(text('a mechanism', 'moderation'), 'the mechanism that is missing where the case fails'),
    chosenAfter: optional(
      text('a reason', 'another reading gives +38 %'),
      'a reading was chosen after several outcomes were known: which, and what the others gave',
    ),
    peer: optional(choice('model', PEER_MODELS), 'the published model whose formula is the value'),
    parameters: defaulted(
      names('parameter', EXPRESSION_WORDS, anyQuantity(), '{ load: 0.7 }', 'for units and words of expressions'),
      {},
      '{}',
      'numbers with names, for calculated values and for the quantity',
    ),
    chosen: defaulted(items('choice', chosen), [], '[]', 'parameters of the scenario that were chosen by rows'),
  },
  { example: '{ id, group, title, quantity, unit, published, tolerance, reason, scenario }' },
)

/** Beside them: what is run. It is read by the language of scenarios, with which it may not agree yet. */
export const SCENARIO_KEY = 'scenario'

/** JSON schema (draft 7) of a case, for editors. */
export function caseSchema(): object {
  const { properties, ...schema } = schemaOf(caseLanguage, false)
  const scenario = {
    description: 'what is run: the path of a scenario, or the scenario itself',
    anyOf: [{ type: 'string' }, { type: 'object' }],
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'offsim validation case',
    ...schema,
    properties: { ...(properties as object), [SCENARIO_KEY]: scenario },
  }
}

export type WrittenCase = Meaning<typeof caseLanguage>

const parameter = keys(
  {
    name: required(text('what it is', 'delivery of an interrupt'), 'what it is'),
    count: defaulted(whole(1, 1000, '2'), 1, '1', 'how many numbers it is'),
    rows: required(rowIds, 'the rows that set it'),
    cases: optional(items('case', name('the name of a case', 'int-80', [])), 'the only cases it is used by; else all'),
  },
  { example: '{ name: delivery of an interrupt, rows: [INT-01, INT-02] }' },
)

const group = keys(
  {
    machine: required(text('a machine', 'Xeon X5570, KVM of 2010'), 'what was measured on'),
    parameters: defaulted(items('parameter', parameter), [], '[]', 'free parameters: those that its rows set'),
  },
  { example: '{ machine: Xeon X5570 }' },
)

const ownRow = keys(
  {
    id: required(rowId, 'its name'),
    fact: required(text('what was measured', 'copy of 11 GB'), 'what was measured'),
    value: required(text('a value', '20'), 'its value, as text'),
    unit: required(text('a unit', 's'), 'its unit'),
    source: required(text('where it is from', 'our rack, May 2026'), 'where it is from'),
    confirmed: required(flag(), 'whether it was read where it was published'),
  },
  { example: '{ id: MINE-1, fact: copy of 11 GB, value: "20", unit: s, source: our rack, confirmed: true }' },
)

const sameFigure = keys(
  {
    rows: required(items('row', rowId, 2), 'rows that come from one figure'),
    why: required(text('why', 'before and after of one table'), 'how they are related'),
  },
  { example: '{ rows: [CPU-62, CPU-83], why: before and after }' },
)

const unused = keys(
  {
    rows: required(rowIds, 'rows that no case uses'),
    why: required(text('why not', 'no scenario has it'), 'why not'),
  },
  { example: '{ rows: [CPU-57], why: another architecture }' },
)

const change = keys(
  {
    case: required(name('the name of a case', 'int-80', []), 'the case'),
    what: required(text('what', 'tolerance of 10 instead of 5 %'), 'what was changed'),
    why: required(text('why', 'the row is rounded'), 'why'),
  },
  { example: '{ case: int-80, what: another tolerance, why: the row is rounded }' },
)

/** `rows.yaml` beside the cases. */
export const rowsLanguage = keys(
  {
    groups: required(names('group', [], group, '{ eli: { machine: Xeon X5570 } }'), 'the machines'),
    rows: defaulted(items('row', ownRow), [], '[]', 'measurements that offsim does not bring'),
    sameFigure: defaulted(items('figure', sameFigure), [], '[]', 'rows that are not independent of each other'),
    unused: defaulted(items('reason', unused), [], '[]', 'rows without a case'),
    changes: defaulted(items('change', change), [], '[]', 'what was changed of a case after its first value was seen'),
    unmeasured: defaulted(
      items('thing', text('what nobody measured', 'watts of a card')),
      [],
      '[]',
      'what no row gives',
    ),
  },
  { example: '{ groups: { eli: { machine: Xeon X5570 } } }' },
)

export type WrittenRows = Meaning<typeof rowsLanguage>
