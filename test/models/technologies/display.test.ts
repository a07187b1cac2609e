// Screen updates by hand. An update of 1,000 pixels is 500 bytes to its viewer: (500 + 38) × 0.8 = 430.4 ns on the wire.
import { describe, expect, test } from 'vitest'
import { display } from '../../../src/models/technologies/display.ts'
import type { HostSetup, ScreenWork, Setup, VmGroup } from '../../../src/models/host/setup.ts'
import { host, run, setup, vm } from '../build.ts'
import { finishes } from '../finishes.ts'
import { paper, sheet } from '../sheet.ts'

const WIRE = 430.4
const SOFTWARE = { display: 'software-pcoip' }
const CARD = { display: 'pcoip-card' }
const updates = (timesNs: number[], pixels = 1000): ScreenWork => {
  return { arrivals: { kind: 'times', timesNs, isFromStart: true }, pixels }
}
/** 3 cycles a pixel in software, a pixel a ns on the card, which has time. */
const COSTS = {
  'display.encodeCyclesPerPixel': 3,
  'display.bytesPerPixel': 0.5,
  'display.cardPixelsPerS': 1e9,
  'display.cardSubmitCycles': 101,
  'display.cardCompleteCycles': 211,
  'display.uploadCyclesPerPixel': 0,
  'display.cardPatience': 1e9,
}
/** Handing to and from the card is free. */
const FREE = { 'display.cardSubmitCycles': 0, 'display.cardCompleteCycles': 0 }

function drawn(
  vms: Record<string, VmGroup>,
  costs: Record<string, number> = {},
  changes: Partial<HostSetup> = {},
): Setup {
  return setup({ vms, host: host(changes), costs: { ...COSTS, ...costs } })
}
const screen = (timesNs: number[], changes: Partial<VmGroup> = {}, pixels = 1000): VmGroup =>
  vm({ screen: updates(timesNs, pixels), ...changes })

describe('a sheet of paper: three updates of one display', () => {
  test('software-pcoip: the second waits for the first and gives its turn to the third', () => {
    // 3,000 cycles each. The first from 0; the second comes at 100 and is superseded at 200; the third from 3,000.
    const given = drawn({ vm: screen([0, 100, 200]) })
    const byHand = paper({
      steps: [['display', 'display', 'vcpu', 'encode', 2, 2 * 3000]],
      // All three were asked for, the superseded one too.
      vcpus: 3 * 3000,
      devices: { 'wire.transmit': 2 * WIRE },
      // Until it is coded, from its own arrival: the third one’s is 200.
      latency: { display: [2, 3000 + 5800] },
      done: [
        ['screen', 0, 200],
        ['screen', 0, 3000 + WIRE],
        ['screen', 0, 6000 + WIRE],
      ],
      left: { screen: { dropped: 1 } },
    })
    expect(sheet(given, SOFTWARE)).toEqual(byHand)
    const { work, notes } = run(given, SOFTWARE)
    expect(work).toMatchObject([{ generated: 3, finished: 2, dropped: 1, superseded: 1, unfinished: 0 }])
    expect(notes['display: updates superseded before they were encoded']).toBe(1)
  })

  test('pcoip-card: submit, card, complete; the third takes the place of the second, and is timed by itself', () => {
    // Submitted at 101, 251 and 401, when the second is superseded. On the card until 1,101 and 2,101; complete 211 later.
    const given = drawn({ vm: screen([0, 150, 300]) })
    const byHand = paper({
      steps: [
        ['display', 'display', 'host', 'submit', 2, 2 * 101],
        ['display', 'display', 'host', 'complete', 2, 2 * 211],
      ],
      vcpus: 0,
      devices: { 'display card': 2 * 1000, 'wire.transmit': 2 * WIRE },
      latency: { display: [2, 1312 + (2312 - 300)] },
      done: [
        ['screen', 0, 401],
        ['screen', 0, 1312 + WIRE],
        ['screen', 0, 2312 + WIRE],
      ],
      left: { screen: { dropped: 1 } },
    })
    expect(sheet(given, CARD)).toEqual(byHand)
    const { work, notes } = run(given, CARD)
    expect(work).toMatchObject([{ generated: 3, finished: 2, dropped: 1, superseded: 1, unfinished: 0 }])
    expect(notes['display: updates superseded before they were encoded']).toBe(1)
  })
})

describe('encoding in software', () => {
  const ends = (given: Setup): [string, number][] => finishes(given, SOFTWARE).map(([work, , end]) => [work, end])
  const NO_PORT = { nic: null }
  const compute = (...timesNs: number[]) => ({
    arrivals: { kind: 'times', timesNs, isFromStart: true } as const,
    cycles: 1000,
  })

  test('takes turns with the guest’s own work', () => {
    expect(ends(drawn({ vm: screen([0], { compute: compute(0, 10) }) }, {}, NO_PORT))).toEqual([
      ['compute', 1000],
      ['screen', 4000],
      ['compute', 5000],
    ])
  })

  test('a later update has the turn of the one that it supersedes', () => {
    // Both wait for the first job; the second job came between them and is behind.
    const given = drawn({ vm: screen([0, 500], { compute: compute(0, 300) }) }, {}, NO_PORT)
    expect(ends(given)).toEqual([
      ['screen', 500],
      ['compute', 1000],
      ['screen', 4000],
      ['compute', 5000],
    ])
    expect(run(given, SOFTWARE).latencies['display']).toMatchObject({ count: 1, sum: 3500 })
  })

  test('an update that has begun is not superseded', () => {
    const given = drawn({ vm: screen([0, 2999, 7000]) }, {}, NO_PORT)
    expect(ends(given).map(([, end]) => end)).toEqual([3000, 6000, 10_000])
  })

  test('only the last of those that wait is encoded', () => {
    const given = drawn({ vm: screen([0, 100, 200, 300, 400]) }, {}, NO_PORT)
    expect(ends(given).map(([, end]) => end)).toEqual([200, 300, 400, 3000, 6000])
    expect(run(given, SOFTWARE).work).toMatchObject([{ generated: 5, finished: 2, superseded: 3, unfinished: 0 }])
  })

  test('one that is done leaves nothing to supersede', () => {
    const given = drawn({ vm: screen([0, 100, 6500, 6600, 6700]) }, {}, NO_PORT)
    expect(ends(given).map(([, end]) => end)).toEqual([3000, 6000, 6700, 9500, 12_500])
  })

  test('one that is done leaves the one that waits behind it, to be superseded', () => {
    // The first until 3,000, a job until 4,000; the second waits until then and is superseded at 3,500.
    const given = drawn({ vm: screen([0, 100, 3500], { compute: compute(50) }) }, {}, NO_PORT)
    expect(ends(given)).toEqual([
      ['screen', 3000],
      ['screen', 3500],
      ['compute', 4000],
      ['screen', 7000],
    ])
  })

  test('supersedes updates only: a job of another kind that waits is done in its turn', () => {
    // The first update is done at 3,000; a job until 4,000; another has waited since 3,100 when an update comes at 3,200.
    const given = drawn({ vm: screen([0, 3200], { compute: compute(100, 3100) }) }, {}, NO_PORT)
    expect(ends(given)).toEqual([
      ['screen', 3000],
      ['compute', 4000],
      ['compute', 5000],
      ['screen', 8000],
    ])
    // The same when the first update is done as soon as it comes.
    const free = drawn(
      { vm: screen([10, 30], { compute: compute(0, 20) }) },
      { 'display.encodeCyclesPerPixel': 0 },
      NO_PORT,
    )
    expect(ends(free).filter(([work]) => work === 'compute')).toEqual([
      ['compute', 1000],
      ['compute', 2000],
    ])
  })

  test('with two vCPUs the second begins at once, and the third waits', () => {
    const given = drawn({ vm: screen([0, 100, 200, 300], { vcpus: 2 }) }, {}, { ...NO_PORT, cores: 2 })
    expect(ends(given).map(([, end]) => end)).toEqual([300, 3000, 3100, 6000])
  })

  test('an update of one VM does not supersede another’s', () => {
    const given = drawn({ vm: screen([0, 100], { count: 2 }) }, {}, { ...NO_PORT, cores: 2 })
    expect(ends(given).map(([, end]) => end)).toEqual([3000, 3000, 6000, 6000])
  })

  test('that costs nothing is done at once, and nothing is superseded', () => {
    const given = drawn({ vm: screen([0, 0, 0]) }, { 'display.encodeCyclesPerPixel': 0 }, NO_PORT)
    expect(ends(given)).toEqual([
      ['screen', 0],
      ['screen', 0],
      ['screen', 0],
    ])
  })

  test('updates superseded during the warm-up are not noted', () => {
    const given = { ...drawn({ vm: screen([0, 100, 200, 10_000, 10_100, 10_200]) }), warmupNs: 9000 }
    const { notes, work } = run(given, SOFTWARE)
    expect(notes['display: updates superseded before they were encoded']).toBe(1)
    expect(work).toMatchObject([{ generated: 3, finished: 2, dropped: 1, superseded: 1 }])
  })
})

describe('to the viewer', () => {
  /** Bytes of one update’s packets on the wire, overhead included: 0.8 ns each. */
  const wired = (pixels: number, bytesPerPixel: number): number => {
    const given = drawn({ vm: screen([0], {}, pixels) }, { 'display.bytesPerPixel': bytesPerPixel })
    const { devices } = sheet(given, SOFTWARE)
    return Math.round(devices['wire.transmit'] / 0.8)
  }

  test('bytes are rounded to whole, and at least one', () => {
    expect(wired(3, 0.5)).toBe(2 + 38)
    expect(wired(5, 0.25)).toBe(1 + 38)
    expect(wired(1, 0.1)).toBe(1 + 38)
  })

  test('packets hold 1,500 bytes', () => {
    expect(wired(3000, 0.5)).toBe(1500 + 38)
    expect(wired(3002, 0.5)).toBe(1501 + 2 * 38)
    expect(wired(40_000, 0.25)).toBe(10_000 + 7 * 38)
  })

  test.each(['software-pcoip', 'pcoip-card'])('%s: packets are datagrams, caused by the display', (handler) => {
    const given = drawn(
      { vm: screen([0, 20_000, 40_000], {}, 4000) },
      {
        ...FREE,
        'tcp.datagramCycles': 307,
        'tcp.byteCycles': 1,
        'nic.sr-iov.doorbellCycles': 401,
        'nic.interruptTraps': 0,
      },
    )
    const { steps, latency } = sheet(given, { display: handler, tcp: 'segmentation-offload', nic: 'sr-iov' })
    // 2,000 bytes are two packets, though the card could cut them.
    expect(steps.filter(([technology]) => technology === 'tcp' || technology === 'nic')).toEqual([
      ['nic', 'display', 'vcpu', 'doorbell', 6, 6 * 401],
      ['tcp', 'display', 'vcpu', 'bytes', 6, 6000],
      ['tcp', 'display', 'vcpu', 'datagram', 6, 6 * 307],
    ])
    expect(Object.keys(latency)).toEqual(['display'])
  })

  test.each(['software-pcoip', 'pcoip-card'])('%s: packets are neither tagged nor encrypted', (handler) => {
    const { ledger } = run(drawn({ vm: screen([0]) }), { display: handler, vlan: 'host-tagging', vpn: 'aes-ni' })
    expect(ledger.filter(({ technology }) => technology !== 'display')).toEqual([])
  })

  test('no port, no packets', () => {
    const { devices, done } = sheet(drawn({ vm: screen([0]) }, FREE, { nic: null }), CARD)
    expect({ devices, done }).toEqual({ devices: { 'display card': 1000 }, done: [['screen', 0, 1000]] })
  })

  test('on a divided port they use the first partition', () => {
    const partitions = [
      { name: 'b', rateBitPerS: 5e9 },
      { name: 'a', rateBitPerS: 5e9 },
    ]
    const { devices } = sheet(drawn({ vm: screen([0]) }, FREE, { nic: { rateBitPerS: 10e9, partitions } }), SOFTWARE)
    expect(devices).toEqual({ 'wire.b.transmit': 2 * WIRE })
  })
})

test('the unit of a cost says what it is, its range holds its value, and rows or a reason are behind it', () => {
  const units: Readonly<Record<string, string>> = {
    encodeCyclesPerPixel: 'cycles/pixel',
    bytesPerPixel: 'bytes/pixel',
    ...Object.fromEntries(
      ['text', 'mixed', 'video'].flatMap((content) => [
        [`${content}.encodeCyclesPerPixel`, 'cycles/pixel'],
        [`${content}.bytesPerPixel`, 'bytes/pixel'],
      ]),
    ),
    'chip-444.bytesShare': 'fraction',
    'chip-420.bytesShare': 'fraction',
    qualityExponent: 'exponent',
    scaledExponent: 'exponent',
    decodeCyclesPerPixel: 'cycles/pixel',
    drawCyclesPerPixel: 'cycles/pixel',
    uploadCyclesPerPixel: 'cycles/pixel',
    chipPixelsPerS: 'pixels/s',
    chipFrameNs: 'ns',
    cardSessions: 'count',
    cardPixelsPerS: 'pixels/s',
    cardPatience: 'ns',
    cardSubmitCycles: 'cycles/update',
    cardCompleteCycles: 'cycles/update',
  }
  expect(Object.fromEntries(Object.entries(display.costs).map(([key, { unit }]) => [key, unit]))).toEqual(units)
  for (const [key, { value, source, range }] of Object.entries(display.costs)) {
    expect([key, source]).toEqual([key, expect.stringMatching(/^([A-Z]{3}-\d\d|assumption: .{9,})/)])
    expect(range![0] <= value && value <= range![1], key).toBe(true)
  }
  // DSP-03: sessions of one card.
  expect(display.costs['cardSessions'].value).toBe(64)
  expect(display.costs['cardPixelsPerS'].least).toBe(1)
  const kinds = Object.entries(display.handlers).map(([name, { kind }]) => `${name} ${kind}`)
  expect(kinds).toEqual(['software-pcoip software', 'pcoip-card hardware', 'chip-444 hardware', 'chip-420 hardware'])
})
