// `offsim completion SHELL`: a script that completes commands, options and the names of scenarios, made from the same list as
// the help.
import { remedy } from '../language/faults.ts'
import { UsageError, type Command, type Given } from './arguments.ts'
import { shippedNames } from './shipped-scenarios.ts'

const SHELLS = { bash, zsh, fish } as const

/** Prints the script of one shell. */
export function completionScript(given: Given, commands: readonly Command[]): number {
  const shell = given['shell'] as string
  if (!Object.hasOwn(SHELLS, shell))
    throw new UsageError(`no completion for \`${shell}\`; ${remedy(shell, Object.keys(SHELLS))}`)
  process.stdout.write(SHELLS[shell as keyof typeof SHELLS](commands))
  return 0
}

/** Words that may stand behind a command: its options, and names. */
function wordsOf({ name, options, operands }: Command, commands: readonly Command[]): string[] {
  const names = /scenario/.test(operands) ? shippedNames() : []
  const own = { new: ['handler', 'scenario'], help: commands.map((one) => one.name), completion: Object.keys(SHELLS) }
  const more = Object.hasOwn(own, name) ? own[name as keyof typeof own] : []
  return [...Object.keys(options).map((option) => `--${option}`), '--help', ...names, ...more]
}

function bash(commands: readonly Command[]): string {
  const cases = commands.map((command) => `    ${command.name}) words="${wordsOf(command, commands).join(' ')}" ;;`)
  return `# bash completion of offsim: eval "$(offsim completion bash)" in ~/.bashrc
_offsim() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
}
complete -o filenames -F _offsim offsim
`
}

function zsh(commands: readonly Command[]): string {
  const described = commands.map(
    ({ name, summary }) => `    '${name}:${inSingleQuotes(summary.replaceAll(':', '\\:'))}'`,
  )
  const cases = commands.map((command) => `    ${command.name}) words_of=(${wordsOf(command, commands).join(' ')}) ;;`)
  return `#compdef offsim
# zsh completion of offsim: source <(offsim completion zsh) in ~/.zshrc, behind compinit
_offsim() {
  local -a commands words_of
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  case "\${words[2]}" in
${cases.join('\n')}
  esac
  compadd -a words_of
  _files
}
compdef _offsim offsim
`
}

function fish(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => {
    const { name, summary, options } = command
    const behind = `-n '__fish_seen_subcommand_from ${name}'`
    const flags = Object.entries(options).map(([option, { describe = '', type }]) => {
      return `complete -c offsim ${behind} -l ${option}${type === 'boolean' ? '' : ' -r'} -d '${inSingleQuotes(String(describe))}'`
    })
    const words = wordsOf(command, commands).filter((word) => !word.startsWith('--'))
    return [
      `complete -c offsim -n __fish_use_subcommand -a ${name} -d '${inSingleQuotes(summary)}'`,
      ...flags,
      ...(words.length === 0 ? [] : [`complete -c offsim ${behind} -a '${words.join(' ')}'`]),
    ]
  })
  return `# fish completion of offsim: offsim completion fish > ~/.config/fish/completions/offsim.fish\n${lines.join('\n')}\n`
}

function inSingleQuotes(text: string): string {
  return text.replaceAll("'", '’').replaceAll('\n', ' ')
}
