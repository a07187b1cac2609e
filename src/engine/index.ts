// The engine: time, order, waiting, chance and measuring, for any discrete-event model. It knows nothing of what it is
// used for. docs/examples/mmc.ts is a whole model in thirty lines.
export { Simulation, type EventHandle, type EventKind } from './simulation.ts'
export { RandomStream } from './random.ts'
export { meanOf, sampler, type Distribution, type Sampler } from './distributions.ts'
export { Resource, type ResourceOptions } from './resource.ts'
export { SharedServers } from './sharing.ts'
export type { SharedServersOptions } from './sharing-state.ts'
export { Histogram, type HistogramData } from './histogram.ts'
export { Tally, TimeWeighted } from './averages.ts'
export { hash128, hashHex } from './hash.ts'
