// What the command line says: argv → a command with its arguments, or every fault of it with a remedy.
import type { Argv, Options } from 'yargs'
import { remedy } from '../language/faults.ts'

export interface Command {
  readonly name:
    | 'run'
    | 'sweep'
    | 'chunk'
    | 'merge'
    | 'reproduce'
    | 'validate'
    | 'check'
    | 'schema'
    | 'models'
    | 'new'
    | 'scenarios'
    | 'completion'
    | 'help'
  /** Positional arguments as yargs writes them; '' for none. */
  readonly operands: string
  /** What to say when they are missing. */
  readonly needs?: string
  readonly summary: string
  readonly options: Readonly<Record<string, Options>>
}

/** The arguments of a command, by name. */
export type Given = Readonly<Record<string, unknown>>

/** The command line is wrong. Each fault is a complete line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly faults: readonly string[]

  constructor(...faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/**
 * The command that `args` ask for and what it was given; null when help or the version was asked for and printed.
 * @throws UsageError with all faults
 */
export function readArguments(
  args: readonly string[],
  commands: readonly Command[],
  version: string,
): Promise<{ command: Command; given: Given } | null> {
  return helped(withLongHelp(args), commands, version)
}

/** `help` and `help COMMAND` say what `--help` and `COMMAND --help` say. */
function helped(args: readonly string[], commands: readonly Command[], version: string) {
  if (args[0] !== 'help') return readCommand(args, commands, version)
  const [, name, surplus] = args
  if (surplus !== undefined && !surplus.startsWith('-'))
    throw new UsageError(`offsim help has no use for \`${surplus}\`; remove it`)
  if (name === undefined || name === 'help' || name === '--help') return readCommand(['--help'], commands, version)
  if (!commands.some((command) => command.name === name)) throw unknownCommand([name], commands)
  return readCommand([name, '--help'], commands, version)
}

/** `-h` is short for `--help`. */
function withLongHelp(args: readonly string[]): string[] {
  const end = args.indexOf('--')
  return args.map((argument, i) => (argument === '-h' && (end < 0 || i < end) ? '--help' : argument))
}

async function readCommand(
  args: readonly string[],
  commands: readonly Command[],
  version: string,
): Promise<{ command: Command; given: Given } | null> {
  const asked = commandAsked(args, commands)
  const unknown = unknownOptions(args, asked)
  if (unknown.length > 0) throw new UsageError(...unknown)
  if (asked === undefined) {
    const isQuestion = args.length > 0 && args.every((argument) => argument.startsWith('--'))
    if (!isQuestion) throw unknownCommand(args, commands)
    process.stdout.write(args.includes('--version') ? `${version}\n` : overview(commands))
    return null
  }

  let given: Given | null = null
  const parser = (await parserFor(asked, withStdin(withoutDashes(withoutName(args, asked)), asked), version)).fail(
    (message: string) => {
      throw new UsageError(inOwnWords(message, asked))
    },
  )
  // The parser's default command: behind a command with a name it would draw up its whole help every time.
  const usage = `$0 ${asked.operands}`.trim()
  const take = (read: Given) => void (given = withStdinNamed(read))
  parser.command(usage, asked.summary, (builder) => builder.options(asked.options), take)
  await parser.parseAsync()
  if (given === null) return null
  checkGiven(asked, given)
  return { command: asked, given }
}

/** What `offsim --help` prints. Written without the parser, whose loading takes as long as all the rest. */
function overview(commands: readonly Command[]): string {
  const usages = commands.map(({ name, operands }) => `offsim ${name} ${operands}`.trim())
  const width = Math.max(...usages.map((usage) => usage.length))
  return [
    'offsim: how much processor time does virtualization hardware give back?',
    '',
    ...usages.map((usage, position) => `  ${usage.padEnd(width)}  ${commands[position].summary}`),
    '',
    'offsim help COMMAND lists the options of a command; offsim --version prints the version.',
    'Exit codes: 0 done, 1 a check did not hold, 2 the input is wrong, 130 interrupted.',
    '',
  ].join('\n')
}

async function parserFor({ name }: Command, args: readonly string[], version: string): Promise<Argv> {
  const { default: yargs } = await import('yargs')
  return yargs([...args])
    .scriptName(`offsim ${name}`)
    .locale('en')
    .version(version)
    .help()
    .wrap(Math.min(process.stdout.columns ?? 100, 110))
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .exitProcess(false)
}

/** What stands behind `--` is no option, also where it begins with `-`; the parser would not count it as an operand. */
function withoutDashes(args: readonly string[]): string[] {
  const end = args.indexOf('--')
  if (end < 0) return [...args]
  return [...args.slice(0, end), ...args.slice(end + 1).map((word) => (word.startsWith('-') ? `./${word}` : word))]
}

/** What stands for `-` while the parser, which makes something else of it, reads an operand. */
const STDIN = '\0stdin'

/** `-` where it is an operand and not the value of an option. */
function withStdin(args: readonly string[], { options }: Command): string[] {
  const takesValue = (before = '') => before.startsWith('--') && options[before.slice(2)]?.type === 'string'
  return args.map((argument, i) => (argument === '-' && !takesValue(args[i - 1]) ? STDIN : argument))
}

function withStdinNamed(read: Given): Given {
  const named = (value: unknown): unknown => (Array.isArray(value) ? value.map(named) : value === STDIN ? '-' : value)
  return Object.fromEntries(Object.entries(read).map(([key, value]) => [key, named(value)]))
}

/** The arguments of a command, of which its name is the first word of all that is one. */
function withoutName(args: readonly string[], { name }: Command): string[] {
  return args.toSpliced(args.indexOf(name), 1)
}

function commandAsked(args: readonly string[], commands: readonly Command[]): Command | undefined {
  const word = args.find((argument) => commands.some(({ name }) => name === argument))
  return commands.find(({ name }) => name === word)
}

function unknownCommand(args: readonly string[], commands: readonly Command[]): UsageError {
  const names = commands.map(({ name }) => name)
  const word = args.find((argument) => !argument.startsWith('-'))
  if (word === undefined) return new UsageError(`which command? ${remedy('', names)}; offsim --help says what they do`)
  const isFile = /\.ya?ml$/.test(word)
  return new UsageError(`unknown command \`${word}\`; ${isFile ? `write offsim run ${word}` : remedy(word, names)}`)
}

/** Options that the command does not have. A value that begins with `-` is a number, or is written `--option=VALUE`. */
function unknownOptions(args: readonly string[], command: Command | undefined): string[] {
  const known = [...Object.keys(command?.options ?? {}), 'help', 'version'].map((name) => `--${name}`)
  const end = args.indexOf('--')
  const given = args.slice(0, end < 0 ? args.length : end).filter((argument) => /^-[^\d.]/.test(argument))
  return given
    .map((argument) => argument.split('=', 1)[0])
    .filter((option) => !known.includes(option))
    .map((option) => `unknown option \`${option}\`; ${remedy(option, known)}`)
}

/** Arguments that are left over, and options with several values or with none. */
function checkGiven({ name, options }: Command, given: Given): void {
  const surplus = given['_'] as readonly string[]
  const single = Object.keys(options).filter((option) => options[option].array !== true)
  const faults = [
    ...surplus.map((word) => `offsim ${name} has no use for \`${word}\`; remove it`),
    ...single
      .filter((option) => Array.isArray(given[option]))
      .map((option) => `--${option} is given twice; give it once`),
    ...single
      .filter((option) => given[option] === '')
      .map((option) => `--${option} is empty; write its value behind it`),
  ]
  if (faults.length > 0) throw new UsageError(...faults)
}

/** A message of the parser in the words of this program. */
function inOwnWords(message: string, command: Command): string {
  const option = /^Not enough arguments following: (.*)$/m.exec(message)?.[1]
  if (option !== undefined) return `--${option} needs a value behind it`
  if (/^Not enough non-option arguments/m.test(message) && command.needs) {
    return `offsim ${command.name} needs ${command.needs}`
  }
  return message.replaceAll('\n', ' ')
}
