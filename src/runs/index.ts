// Running scenarios from a program: everything behind `offsim run` but files, threads and the command line.
export { answered, inTurn, runScenario, type RunOptions, type Simulate } from './run-scenario.ts'
export { comparing, isStep, tasksOf, type Inquiry, type Step, type StepTallies } from './inquiry.ts'
export { runReplication } from './replication.ts'
export type { Outcome, Task } from './task.ts'
