// The package `offsim`, as a plug-in imports it.
export * from './models/technologies/extension.ts'
