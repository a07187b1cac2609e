// Scenarios that come with offsim: their names, what they ask, and which file is meant by a word on the command line.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { listed, nearest } from '../language/faults.ts'
import { UsageError, type Given } from './arguments.ts'
import { SHIPPED_SCENARIOS as folder, shippedFile } from '../store/reading-files.ts'
import { inLines } from './outputs.ts'
import { say } from '../terminal/telling.ts'

const ENDING = /\.yaml$/

interface Shipped {
  readonly name: string
  readonly question: string
  /** What runs it. */
  readonly command: 'run' | 'sweep'
  readonly file: string
}

/** The names of all scenarios that come with offsim. */
export function shippedNames(): string[] {
  const files = readdirSync(folder).filter((file) => ENDING.test(file))
  return files.map((file) => file.replace(ENDING, '')).sort()
}

/** Prints the scenarios that come with offsim, each with its question. */
export function scenarios(given: Given): number {
  const all = shippedNames().map((name): Shipped => {
    const file = shippedFile(name)
    const written = parse(readFileSync(file, 'utf8')) as { question?: string; sweep?: object }
    return { name, question: written.question ?? '', command: written.sweep === undefined ? 'run' : 'sweep', file }
  })
  if (given['json'] === true) {
    process.stdout.write(inLines(all))
    return 0
  }
  const width = Math.max(...all.map(({ name }) => name.length))
  const lines = all.map(({ name, question, command }) => {
    return `${name.padEnd(width)}  ${question}${command === 'sweep' ? ' (offsim sweep)' : ''}`
  })
  say(...lines, '', 'offsim run NAME runs one, from any folder; offsim new scenario NAME begins your own.')
  return 0
}

/**
 * The file that is meant: one that is there, else `NAME.yaml` in the working folder, else the scenario of that name that comes
 * with offsim. Whoever has a file of a shipped name means that file. `-` is stdin.
 */
export function scenarioFile(word: string): string {
  if (word === '-' || existsSync(word) || /[/\\]/.test(word) || /\.[a-z]+$/i.test(word)) return word
  if (existsSync(`${word}.yaml`)) return `${word}.yaml`
  const names = shippedNames()
  if (names.includes(word)) return shippedFile(word)
  const meant = nearest(word, names)
  const instead =
    meant.length > 0 ? `did you mean ${listed(meant, 'or')}?` : 'offsim scenarios lists those that come with offsim'
  throw new UsageError(`${word}: no such file, and no scenario of that name; ${instead}`)
}
