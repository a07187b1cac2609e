// `offsim models` and `offsim schema`: what there is to choose from, with prices and sources, and the language as a JSON schema.
import { readFileSync } from 'node:fs'
import { remedy } from '../language/faults.ts'
import { fileSchema } from '../points/sweep-schema.ts'
import { modelNames, modelsJson, modelsText } from '../report/index.ts'
import { UsageError, type Given } from './arguments.ts'
import { inLines } from './outputs.ts'
import { pluginsOf } from './plugin-options.ts'
import { say } from '../terminal/telling.ts'

/** Prints technologies, handlers and costs; or what is known under one name. */
export async function models(given: Given): Promise<number> {
  const name = given['name'] as string | undefined
  const { technologies } = await pluginsOf(given)
  const measurements = readFileSync(new URL('../../data/measurements.csv', import.meta.url), 'utf8')
  if (given['json'] === true) {
    process.stdout.write(inLines(modelsJson(technologies)))
    return 0
  }
  const found = modelsText(technologies, name, measurements)
  if (found === null) {
    throw new UsageError(
      `nothing is called \`${name}\`; ${remedy(name!, modelNames(technologies, measurements), 'offsim models')}`,
    )
  }
  say(...found.trimEnd().split('\n'))
  return 0
}

/** Prints the JSON schema of scenarios. */
export async function schema(given: Given): Promise<number> {
  const { technologies } = await pluginsOf(given)
  process.stdout.write(inLines(fileSchema(technologies)))
  return 0
}
