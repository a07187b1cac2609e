// IOMMU: the DMA of a device that is assigned to a VM is fenced in by mapping each buffer before it and unmapping it
// after. The guest's kernel does both, so it pays.
//
//   transmit   map ─► device reads ─► sent ─► unmap
//   receive    device writes ─► unmap ─► map the buffer that takes its place
//
// `strict` invalidates the device's translations at each unmap, `deferred` in batches; `off` maps nothing, and a device
// can then reach all memory.
import { step, type Handler, type Technology } from '../host/technology.ts'

const rIommu = 'Xeon E3-1220, rIOMMU 2015'

const costs = {
  'strict.mapCycles': { value: 4618, unit: 'cycles', source: 'IOM-01', measuredOn: rIommu },
  'strict.unmapCycles': { value: 2999, unit: 'cycles', source: 'IOM-02', measuredOn: rIommu },
  'deferred.mapCycles': { value: 727, unit: 'cycles', source: 'IOM-07', measuredOn: rIommu },
  'deferred.unmapCycles': { value: 1240, unit: 'cycles', source: 'IOM-08', measuredOn: rIommu },
  buffersPerPacket: {
    value: 2,
    unit: 'count',
    source: 'IOM-01: 2 map + 2 unmap per packet, header and data',
    range: [1, 2],
  },
} as const

function mapped(name: 'strict' | 'deferred'): Handler {
  const map = step('vcpu', 'map', { each: `${name}.mapCycles`, times: 'buffersPerPacket' })
  const unmap = step('vcpu', 'unmap', { each: `${name}.unmapCycles`, times: 'buffersPerPacket' })
  return { kind: 'hardware', transmit: [map], complete: [unmap], receive: [unmap, map] }
}

export const iommu: Technology = {
  name: 'iommu',
  costs,
  handlers: {
    off: { kind: 'hardware', transmit: [], receive: [] },
    deferred: mapped('deferred'),
    strict: mapped('strict'),
  },
}
