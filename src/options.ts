// Options that several commands read alike.
import { UsageError, type Given } from './arguments.ts'

/** The value of an option that takes a whole number; undefined when it was not given. */
export function whole(option: string, given: Given): number | undefined {
  const written = given[option] as string | undefined
  if (written === undefined) return undefined
  if (/^\d{1,16}$/.test(written)) return Number(written)
  throw new UsageError(`--${option} ${written}: not a whole number; write for example --${option} 42`)
}
