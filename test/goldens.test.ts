// Every scenario that ships reproduces its golden CSV byte for byte, as it stands.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withPriceDoubt } from '../src/runs/doubting.ts'
import { inTurn, runScenario } from '../src/runs/run-scenario.ts'
import { loadScenario } from '../src/language/scenario.ts'
import { TECHNOLOGIES } from '../src/models/technologies/index.ts'
import { csv } from '../src/report/csv.ts'

const FOLDER = new URL('../scenarios/', import.meta.url)
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'))
const goldenOf = (file: string): string => file.replace(/\.yaml$/, '.csv')
const hasGolden = (file: string): boolean => existsSync(new URL(goldenOf(file), FOLDER))

/** What `npm start` runs takes longest; test/readme.test.ts runs it in any case, and looks at its CSV too. */
const MAIN_JOB = 'vdi-host.yaml'

test.each(files.filter((file) => hasGolden(file) && file !== MAIN_JOB))('%s', { timeout: 120_000 }, async (file) => {
  const scenario = loadScenario(`scenarios/${file}`, { read: (path) => readFileSync(path), technologies: TECHNOLOGIES })
  const comparison = await withPriceDoubt(await runScenario(scenario, TECHNOLOGIES), inTurn(TECHNOLOGIES))
  expect(csv(comparison)).toBe(readFileSync(new URL(goldenOf(file), FOLDER), 'utf8'))
})

test('every golden belongs to a scenario', () => {
  const goldens = readdirSync(FOLDER).filter((file) => file.endsWith('.csv'))
  expect(goldens.filter((file) => !files.includes(file.replace(/\.csv$/, '.yaml')))).toEqual([])
})
