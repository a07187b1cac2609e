// Everything a comparison can be written as.
export { csv } from './csv.ts'
export { companion, json, type Invocation } from './json.ts'
export { junit } from './junit.ts'
export { ledgerCsv } from './ledger-csv.ts'
export { modelNames, modelsJson, modelsText } from './models-text.ts'
export { table, type TableOptions } from './table.ts'
