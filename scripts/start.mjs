// `npm start`: installs what is missing and runs the main job. Arguments behind `--` are appended to the command;
// a scenario among them replaces the default one.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bootstrap, root } from './bootstrap.mjs'

const DEFAULT_SCENARIO = 'scenarios/vdi-host.yaml'
const SWITCHES = ['--quiet', '--help', '--version']

/** The arguments of offsim for what `npm start` was given. */
export function argumentsFor(given) {
  const isScenario = (argument, index) => !argument.startsWith('-') && !takesValue(given[index - 1])
  return ['run', ...(given.some(isScenario) ? [] : [DEFAULT_SCENARIO]), ...given]
}

function takesValue(before) {
  return before !== undefined && before.startsWith('--') && !before.includes('=') && !SWITCHES.includes(before)
}

function main() {
  bootstrap()
  const args = [join(root, 'bin', 'offsim'), ...argumentsFor(process.argv.slice(2))]
  const offsim = spawn(process.execPath, args, { stdio: 'inherit' })
  // A Ctrl-C reaches both processes; this one waits for the other's answer.
  process.on('SIGINT', () => {})
  offsim.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
