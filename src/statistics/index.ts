// Statistics of replications: numbers in, numbers out. Of simulations they know nothing.
export { percentInterval, studentInterval, type Interval } from './interval.ts'
export { mser5 } from './mser.ts'
export { mean, pairedDifference, standardError, type PairedDifference } from './paired.ts'
export { studentQuantile, studentWithin } from './student.ts'
