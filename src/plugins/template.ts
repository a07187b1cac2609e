// The template of a plug-in: one handler for one technology, complete and passing the suite, to be changed from there.
import type { Technology } from '../models/host/technology.ts'
import { handlerKeys } from './plugin-faults.ts'

/** What `offsim new handler NAME` writes: a TypeScript file with a hardware handler called `name`. */
export function handlerTemplate(technology: Technology, name: string): string {
  const { needed } = handlerKeys(technology)
  const paths = needed.filter((key) => Object.hasOwn(PATHS, key))
  const imports = technology.name === 'display' ? 'step, toViewer' : 'step'
  return `// ${name}: say in one sentence what does the work instead of the processor, and what it leaves behind.
//
//   draw its way:  submit ─► card ─► complete
//
// offsim check --plugin ${name}.ts            runs the suite that every handler has to pass
// offsim models ${technology.name} --plugin ${name}.ts    prints its costs beside those it can use by name
// offsim run SCENARIO --plugin ${name}.ts     with \`${technology.name}: ${name}\` in an arm
import { ${imports}, type Addition, type Costs, type Handler } from 'offsim'

// Every number has a name, a unit and a source: a row of the measurements (\`DSP-03\`), where it was published or measured,
// or \`assumption: why this value\`. Results say what share of a saving rests on assumptions.
const costs = {
  '${name}.setUpCycles': {
    value: 4000,
    unit: 'cycles',
    source: 'assumption: describe one piece of work to the card and ring its doorbell',
    range: [500, 20_000],
  },
${paths.includes('guestWork') ? GUEST_WORK_COST.replaceAll('NAME', name) : ''}} as const satisfies Costs

// A straight line is a list of steps: where (vcpu, user, exit or host), what, and the names of the costs it comes to. What
// waits, batches or falls back is a function (wiring, done) => where a piece of work enters: see docs/PLUGINS.md.
const handler: Handler = {
  kind: 'hardware',
${paths.map((path) => pathOf(path, technology.name).replaceAll('NAME', name)).join('')}}

export default { technology: '${technology.name}', handlers: { '${name}': handler }, costs } satisfies Addition
`
}

const GUEST_WORK_COST = `  'NAME.guestWork': {
    value: 0.01,
    unit: 'cycles/cycle',
    source: 'assumption: what the guest loses of its own work to caches and page walks',
    range: [0, 0.5],
  },
`

/** Steps of each path that a handler may need; \`NAME\` stands for the handler's. */
const PATHS: Readonly<Record<string, string>> = {
  enter: "  enter: [step('host', 'set up', { each: 'NAME.setUpCycles' })],\n",
  transmit: "  transmit: [step('vcpu', 'set up', { each: 'NAME.setUpCycles' })],\n",
  receive: "  receive: [step('vcpu', 'set up', { each: 'NAME.setUpCycles' })],\n",
  datagram: "  datagram: [step('vcpu', 'set up', { each: 'NAME.setUpCycles' })],\n",
  traps: "  traps: (kind) => [step('exit', kind, { each: 'NAME.setUpCycles' })],\n",
  guestWork: "  guestWork: [step('user', 'guest work slowed', { perByte: 'NAME.guestWork' })],\n",
}

/** A screen update has to go to its viewer when it is coded. */
const ENTER_DISPLAY = `  enter: (wiring, done) =>
    wiring.line([step('host', 'set up', { each: 'NAME.setUpCycles' })], toViewer(wiring, done)),
`

function pathOf(path: string, technology: string): string {
  return path === 'enter' && technology === 'display' ? ENTER_DISPLAY : PATHS[path]
}
