// The commands, each under the name that the command line gives it. Loaded when one of them runs.
export { check } from './check.ts'
export { models, schema } from './models.ts'
export { completionScript } from './completion.ts'
export { newFile as new } from './new-file.ts'
export { reproduce } from './reproduce.ts'
export { run } from './run.ts'
export { scenarios } from './shipped-scenarios.ts'
export { chunk, merge, sweep } from './sweep.ts'
