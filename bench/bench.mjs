// Benchmarks of the compiled code. On stdout exactly one line: JSON with --json, else the same for people.
//   npm run --silent bench -- mm1 --customers N --json
//   npm run --silent bench -- hold --pending N --holds M [--delays exponential|heavy|periodic] --json
//   npm run --silent bench -- sharers [--json]
//   npm run --silent bench -- scenario FILE --json
//   npm run --silent bench -- sweep [--pairs 9] [--unit tiny|short|usual] --json
//   npm run --silent bench -- rows --rows 1000000 [--workers 2] --json
import { existsSync } from 'node:fs'

const USAGE =
  'usage: bench mm1 --customers N | hold --pending N --holds M [--delays exponential|heavy|periodic] | sharers | ' +
  'scenario FILE | sweep [--pairs N] [--unit tiny|short|usual] | rows --rows N [--workers N], each with or without --json'

/** What went wrong with the arguments: one line, exit code 2. */
class Misuse extends Error {}

/** Takes `--name value` and `--json` apart; what is left are positionals. */
function parse(argv, names) {
  const options = {}
  const positionals = []
  for (let i = 0; i < argv.length; i++) {
    const name = argv[i].startsWith('--') ? argv[i].slice(2) : null
    if (name === null) positionals.push(argv[i])
    else if (name === 'json') options.json = true
    else if (names.includes(name) && argv[i + 1] !== undefined) options[name] = argv[++i]
    else throw new Misuse(`\`${argv[i]}\` is not an option here, or lacks its value; ${USAGE}`)
  }
  return { options, positionals }
}

function count(options, name) {
  const value = Number(options[name])
  if (!(Number.isInteger(value) && value >= 1 && value <= 1e9)) {
    throw new Misuse(`--${name} is ${options[name] ?? 'missing'}; it must be a whole number from 1 to 10^9; ${USAGE}`)
  }
  return value
}

function nothingElse(positionals) {
  if (positionals.length > 0) throw new Misuse(`\`${positionals[0]}\` is one argument too many; ${USAGE}`)
}

const benchmarks = {
  async mm1(argv) {
    const { options, positionals } = parse(argv, ['customers'])
    nothingElse(positionals)
    const customers = count(options, 'customers')
    const { mm1 } = await import('./engine.mjs')
    return [options, mm1(customers)]
  },
  async hold(argv) {
    const { options, positionals } = parse(argv, ['pending', 'holds', 'delays'])
    nothingElse(positionals)
    const pending = count(options, 'pending')
    const holds = count(options, 'holds')
    const { hold, DELAYS } = await import('./engine.mjs')
    const delays = options.delays ?? 'exponential'
    if (!Object.hasOwn(DELAYS, delays)) {
      throw new Misuse(`--delays is ${delays}; it must be one of ${Object.keys(DELAYS).join(', ')}; ${USAGE}`)
    }
    return [options, hold(pending, holds, delays)]
  },
  async sharers(argv) {
    const { options, positionals } = parse(argv, [])
    nothingElse(positionals)
    const { sharers } = await import('./engine.mjs')
    return [options, sharers()]
  },
  async scenario(argv) {
    const { options, positionals } = parse(argv, [])
    const [file, ...more] = positionals
    nothingElse(more)
    if (file === undefined || !existsSync(file)) throw new Misuse(`${file ?? 'the scenario'}: no such file; ${USAGE}`)
    const { scenario } = await import('./scenario.mjs')
    return [options, await scenario(file)]
  },
  async sweep(argv) {
    const { options, positionals } = parse(argv, ['pairs', 'unit'])
    nothingElse(positionals)
    const pairs = count({ pairs: 9, ...options }, 'pairs')
    const { sweepRatio, UNITS } = await import('./sweep.mjs')
    const unit = options.unit ?? 'usual'
    if (!Object.hasOwn(UNITS, unit)) {
      throw new Misuse(`--unit is ${unit}; it must be one of ${Object.keys(UNITS).join(', ')}; ${USAGE}`)
    }
    return [options, await sweepRatio(pairs, unit)]
  },
  async rows(argv) {
    const { options, positionals } = parse(argv, ['rows', 'workers'])
    nothingElse(positionals)
    const rows = count(options, 'rows')
    const workers = count({ workers: 2, ...options }, 'workers')
    const { manyRows } = await import('./sweep.mjs')
    return [options, await manyRows(rows, workers)]
  },
}

async function main([name, ...argv]) {
  if (!Object.hasOwn(benchmarks, name ?? ''))
    throw new Misuse(name === undefined ? USAGE : `no benchmark \`${name}\`; ${USAGE}`)
  if (!existsSync(new URL('../dist/engine/index.js', import.meta.url)))
    throw new Misuse('dist/ is missing: npm run build')
  const [options, result] = await benchmarks[name](argv)
  const people = Object.entries(result).map(
    ([key, value]) => `${key} ${Number(value.toPrecision(5)).toLocaleString('en')}`,
  )
  console.log(options.json ? JSON.stringify(result) : people.join(', '))
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Misuse)) throw error
  console.error(error.message)
  process.exitCode = 2
}
