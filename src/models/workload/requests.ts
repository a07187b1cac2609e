// Requests: work of a name, which passes the technologies of that name and a device of the host.
//
//   request ─► technologies that pass it ─► map (IOMMU) ─► device ─► unmap ─► done
//
// A device reads and writes the VM's memory, so an arm's IOMMU is passed on the way there and back.
import type { EventKind } from '../../engine/simulation.ts'
import { Device } from '../host/devices.ts'
import type { RequestShape } from '../host/setup.ts'
import type { HostParts } from '../host/technology.ts'
import { closed } from './entrances.ts'

/** Technologies that a request of this shape passes. */
export function technologiesOfRequest(host: HostParts, { name, device }: RequestShape): string[] {
  const fenced = device !== '' && host.arm['iommu'] !== undefined
  return [...host.passing(name), ...(fenced ? ['iommu'] : [])]
}

/** Where a request of this shape enters; its item is closed when it has been served. */
export function requestEntry(host: HostParts, shape: RequestShape): EventKind {
  const { name, device } = shape
  if (technologiesOfRequest(host, shape).length === 0 && device === '')
    host.note(`free: no technology of the arm serves requests named ${name}`)
  return host.shared(`request ${name} ${device}`, () => {
    const served = device === '' ? closed(host) : atDevice(host, device)
    return host.passing(name).reduceRight((after, technology) => host.via(technology, 'enter', after), served)
  })
}

function atDevice(host: HostParts, name: string): EventKind {
  const { sim, items, setup } = host
  const known = setup.host.devices?.[name]
  if (known === undefined) throw new Error(`the host has no device ${name}`)
  const { nsPerRequest, nsPerByte, servers } = known
  const device = host.shared(`device ${name}`, () => new Device(host, name, { servers }))
  const unmapped = host.via('iommu', 'complete', closed(host), false)
  const asked = sim.event(name, (unit) => device.work(nsPerRequest + nsPerByte * items.size[unit], unit, unmapped))
  return host.via('iommu', 'transmit', asked)
}
