// What commands do with plug-ins: load them, run the suite on them, and tell their faults.
import type { Given } from './arguments.ts'
import { blamed, loadPlugins, type LoadedPlugins } from '../plugins/loading.ts'
import { say } from '../terminal/telling.ts'

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
