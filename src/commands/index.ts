// The commands, each under the name that the command line gives it. Loaded when one of them runs.
export { check } from './check.ts'
export { models, schema } from './models.ts'
export { newHandler as new } from './plugin-options.ts'
export { reproduce } from './reproduce.ts'
export { run } from './run.ts'
export { chunk, merge, sweep } from './sweep.ts'
