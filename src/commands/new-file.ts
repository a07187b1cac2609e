// `offsim new WHAT NAME`: a file to begin from, which works as it is and overwrites nothing.
import { lstatSync } from 'node:fs'
import { TECHNOLOGIES } from '../models/technologies/index.ts'
import { HANDLER_NAME } from '../plugins/plugin-faults.ts'
import { handlerTemplate } from '../plugins/template.ts'
import { remedy } from '../language/faults.ts'
import { NAME_PATTERN } from '../language/shapes.ts'
import { outputFaults, replaceFile } from './outputs.ts'
import { say } from '../terminal/telling.ts'
import { UsageError, type Given } from './arguments.ts'

/** Writes the template of a plug-in or of a scenario. */
export function newFile(given: Given): number {
  const what = given['what'] as string
  if (what === 'handler') return newHandler(given)
  if (what === 'scenario') return newScenario(given)
  throw new UsageError(
    `there is no template of a \`${what}\`; write offsim new scenario NAME or offsim new handler NAME`,
  )
}

function newHandler(given: Given): number {
  const name = given['name'] as string
  const asked = (given['technology'] as string | undefined) ?? 'display'
  const technology = TECHNOLOGIES.find((candidate) => candidate.name === asked)
  const names = TECHNOLOGIES.map((candidate) => candidate.name)
  const file = `${name}.ts`
  const faults: string[] = []
  if (!HANDLER_NAME.test(name)) faults.push(`\`${name}\` is no name of a handler; write for example my-card`)
  else faults.push(...placeFaults(file))
  if (!technology) faults.push(`--technology ${asked}: ${remedy(asked, names)}`)
  else if (Object.hasOwn(technology.handlers, name))
    faults.push(`${asked} has a handler \`${name}\` already; choose another name`)
  if (faults.length > 0 || !technology) throw new UsageError(...faults)
  replaceFile(file, handlerTemplate(technology, name))
  say(`${file}: written; try offsim check --plugin ${file}`)
  return 0
}

function newScenario(given: Given): number {
  const name = given['name'] as string
  const file = `${name}.yaml`
  const faults: string[] = []
  if (!new RegExp(`^${NAME_PATTERN}$`).test(name))
    faults.push(`\`${name}\` is no name of a scenario; write for example my-host`)
  else faults.push(...placeFaults(file))
  if (given['technology'] !== undefined) faults.push('--technology is for handlers; remove it')
  if (faults.length > 0) throw new UsageError(...faults)
  replaceFile(file, scenarioTemplate(name))
  say(`${file}: written; try offsim run ${file}`)
  return 0
}

/** What keeps a new file from being written where it is asked for. */
function placeFaults(file: string): readonly string[] {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return outputFaults([{ file }], { inputs: [] })
  return [`${file}: exists already; choose another name, or remove it first`]
}

function scenarioTemplate(name: string): string {
  return `# What a host asks of its hardware, and two ways to do it. offsim run ${name}.yaml says what the second gives back.
# All keys: docs/SCENARIOS.md. All handlers and prices: offsim models. Faults without a run: offsim check ${name}.yaml
name: ${name}
question: What does an assigned NIC give back on this host?
seed: 1
run: { warmup: 100 ms, measure: 1 s, replications: 5 }

# Numbers to play with: offsim run ${name}.yaml --set parameters.servers=40
parameters: { servers: 20, busy: 20 /s }

host:
  cores: 8
  clock: 2.93 GHz
  nic: { rate: 10 Gbit/s }

# The first arm is the baseline. One that is like another says only what is different.
arms:
  shared: { processor: vt-x-ept, nic: paravirtual, tcp: host-stack }
  assigned: { like: shared, nic: sr-iov, tcp: segmentation-offload }

vms:
  web:
    count: =servers
    vcpus: 2
    compute: { rate: =busy, cycles: { exponential: 2000000 } } # jobs of the guest's own, in cycles
    packets:
      - { direction: receive, rate: 500 /s, bytes: 400 }
      - { direction: transmit, rate: 500 /s, bytes: { lognormal: { mean: 12 kB, cv: 1.5 } } }

# What it must come to; offsim run then ends with exit code 1 if it does not.
# expect: [assigned.total.saved_percent >= 25]
`
}
