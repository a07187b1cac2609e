// `npm start`: installs what is missing and runs the main job. Arguments behind `--` are appended to the command;
// a scenario among them replaces the default one.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { bootstrap, root } from './bootstrap.mjs'

const DEFAULT_SCENARIO = join(root, 'scenarios', 'receiver.yaml')
const SWITCHES = new Set(['--quiet', '--help', '--version'])

bootstrap()
const given = process.argv.slice(2)
const isScenario = (argument, index) =>
  !argument.startsWith('-') && (index === 0 || !given[index - 1].startsWith('--') || takesNoValue(given[index - 1]))
const takesNoValue = (option) => option.includes('=') || SWITCHES.has(option)
const scenario = given.some(isScenario) ? [] : [DEFAULT_SCENARIO]

const offsim = spawn(process.execPath, [join(root, 'bin', 'offsim'), 'run', ...scenario, ...given], {
  stdio: 'inherit',
})
// A Ctrl-C reaches both processes; this one waits for the other's answer.
process.on('SIGINT', () => {})
offsim.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
