// What commands do with plug-ins: load them, run the suite on them, tell their faults, and write a new one.
import { lstatSync } from 'node:fs'
import { UsageError, type Given } from './arguments.ts'
import { remedy } from '../language/faults.ts'
import { HANDLER_NAME } from '../plugins/plugin-faults.ts'
import { blamed, loadPlugins, type LoadedPlugins } from '../plugins/loading.ts'
import { handlerTemplate } from '../plugins/template.ts'
import { outputFaults, replaceFile } from './outputs.ts'
import { say } from './telling.ts'
import { TECHNOLOGIES } from '../models/technologies/index.ts'

/** Writes the template of a plug-in. */
export function newHandler(given: Given): number {
  const [what, name] = [given['what'] as string, given['name'] as string]
  const asked = (given['technology'] as string | undefined) ?? 'display'
  const technology = TECHNOLOGIES.find((candidate) => candidate.name === asked)
  const names = TECHNOLOGIES.map((candidate) => candidate.name)
  const file = `${name}.ts`
  const faults: string[] = []
  if (what !== 'handler') faults.push(`there is no template of a \`${what}\`; write offsim new handler NAME`)
  if (!HANDLER_NAME.test(name)) faults.push(`\`${name}\` is no name of a handler; write for example my-card`)
  else if (lstatSync(file, { throwIfNoEntry: false }) !== undefined)
    faults.push(`${file}: exists already; choose another name, or remove it first`)
  else faults.push(...outputFaults([{ file }], { inputs: [] }))
  if (!technology) faults.push(`--technology ${asked}: ${remedy(asked, names)}`)
  else if (Object.hasOwn(technology.handlers, name))
    faults.push(`${asked} has a handler \`${name}\` already; choose another name`)
  if (faults.length > 0 || !technology) throw new UsageError(...faults)
  replaceFile(file, handlerTemplate(technology, name))
  say(`${file}: written; try offsim check --plugin ${file}`)
  return 0
}

/** The technologies there are, with those of the plug-ins that were asked for. */
export function pluginsOf(given: Given): Promise<LoadedPlugins> {
  return loadPlugins(pluginsNamed(given))
}

/** The files of every --plugin. */
export function pluginsNamed(given: Given): readonly string[] {
  return (given['plugin'] as readonly string[] | undefined) ?? []
}

/** Does something with plug-ins. An error in their code is told as theirs. */
export async function blaming<T>({ plugins }: LoadedPlugins, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw (
      blamed(
        error,
        plugins.map(({ file }) => file),
      ) ?? error
    )
  }
}

/** Runs the handler suite on all that plug-ins bring. One line for each check that fails. */
export async function suiteFailures({ plugins, technologies }: LoadedPlugins, quiet: boolean): Promise<string[]> {
  const { handlerSuite } = await import('../plugins/suite/handler-suite.ts')
  return plugins.flatMap(({ file, handlers }) =>
    handlers.flatMap((name) => {
      const [technology, handler] = name.split('.')
      const checks = handlerSuite(technologies, technology, handler)
      const failed = checks.filter(({ ok }) => !ok)
      if (failed.length === 0 && !quiet) say(`${file}: ${name}: all ${checks.length} checks hold`)
      return failed.map(({ check, detail }) => `${file}: ${name}: fails \`${check}\`: ${detail}`)
    }),
  )
}
