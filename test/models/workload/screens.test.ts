// What a screen shows, by hand: work of the guest that all arms pay, frames that the display takes, pixels that cost by content.
import { describe, expect, test } from 'vitest'
import { display } from '../../../src/models/technologies/display.ts'
import type { ScreenWork, Setup } from '../../../src/models/host/setup.ts'
import { host, run, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'
import { sheet } from '../sheet.ts'

const HANDLERS = Object.keys(display.handlers)
const price = (key: string): number => display.costs[key].value
const times = (...timesNs: number[]) => ({ kind: 'times', timesNs, isFromStart: true }) as const

function screened(screen: Omit<ScreenWork, 'pixels'> & Partial<ScreenWork>, costs = {}, nic = false): Setup {
  const group = vm({ vcpus: 2, screen: { pixels: 1000, ...screen } })
  return setup({
    measureNs: 1e9,
    host: host({ cores: 2, ...(nic ? {} : { nic: null }) }),
    vms: { vm: group },
    costs,
  })
}
const guest = (given: Setup, arm: Record<string, string>): number => sum(run(given, arm), { technology: 'guest' })

describe('the guest', () => {
  test.each(HANDLERS)('%s: draws text, and decodes a video too, at the same price in all arms', (handler) => {
    const arm = { display: handler }
    expect(guest(screened({ arrivals: times(0, 1e6) }), arm)).toBe(0)
    expect(guest(screened({ arrivals: times(0, 1e6), content: 'text' }), arm)).toBe(2 * 1000 * 10)
    expect(guest(screened({ arrivals: times(0, 1e6), content: 'mixed' }), arm)).toBe(2 * 1000 * 10)
    expect(guest(screened({ arrivals: times(0, 1e6), content: 'video' }), arm)).toBe(2 * 1000 * (30 + 10))
  })

  test('decodes a scaled video in the size that it came in', () => {
    const given = screened({ arrivals: times(0), content: 'video', scaledFrom: 250 })
    expect(guest(given, { display: 'chip-420' })).toBe(1000 * (30 / 4 + 10))
  })

  test('pays its processor’s price for it, as for all its work', () => {
    const given = screened({ arrivals: times(0), content: 'video', pixels: 100_000 })
    const tax = sum(run(given, { display: 'chip-420', processor: 'vt-x-ept' }), { technology: 'processor' })
    const compute = setup({
      vms: { vm: vm({ compute: { arrivals: times(0), cycles: 100_000 * 40 } }) },
      measureNs: 1e9,
    })
    expect(tax).toBe(sum(run(compute, { processor: 'vt-x-ept' }), { technology: 'processor' }))
    expect(tax).toBeGreaterThan(0)
  })

  test('draws only the latest of the updates that wait', () => {
    // Two are drawn at once; two wait for the first, and the later of them takes the place of the earlier.
    const given = screened({ arrivals: times(0, 1, 2, 3), content: { encode: 0, bytes: 1, decode: 3, draw: 2 } })
    const ends = finishes(given, { display: 'software-pcoip' }).map(([, , end]) => end)
    expect(ends).toEqual([3, 5000, 5001, 10_000])
    expect(run(given, { display: 'software-pcoip' }).notes).toEqual({
      'display: updates superseded before they were drawn': 1,
    })
  })

  test('does it in an arm that names no display, too', () => {
    expect(guest(screened({ arrivals: times(0), content: 'video' }), {})).toBe(40_000)
  })
})

describe('frames', () => {
  const ends = (...timesNs: number[]): number[] => {
    const given = screened({ arrivals: times(...timesNs), framesPerS: 1e6 }, { 'display.encodeCyclesPerPixel': 0 })
    return finishes(given, { display: 'software-pcoip' }).map(([, , end]) => end)
  }

  test('that come further apart than the display takes them are taken as they come', () => {
    expect(ends(0, 1000, 2500, 4000)).toEqual([0, 1000, 2500, 4000])
  })

  test('that come too early wait for their turn, and only the latest does', () => {
    expect(ends(0, 300, 600, 900)).toEqual([0, 600, 900, 1000])
    expect(ends(0, 300, 1200, 1300, 2600)).toEqual([0, 1000, 1300, 2000, 3000])
  })

  test.each(HANDLERS)('%s: beyond the cap are lost in all arms alike', (handler) => {
    const given = screened({ arrivals: { kind: 'periodic', everyNs: 1e9 / 60 }, framesPerS: 24, pixels: 10 })
    const { work } = run(given, { display: handler })
    expect(work[0].finished).toBeGreaterThanOrEqual(23)
    expect(work[0].finished).toBeLessThanOrEqual(25)
    expect(work[0].superseded).toBe(work[0].generated - work[0].finished)
  })
})

describe('a pixel', () => {
  /** Payload on the wire of one update, ns: 0.8 for each byte, and 38 of framing a packet. */
  const bytes = (screen: Partial<ScreenWork>, handler: string, pixels = 1e6): number => {
    const { devices } = sheet(screened({ arrivals: times(0), pixels, ...screen }, {}, true), { display: handler })
    const onWire = devices['wire.transmit'] / 0.8
    return onWire - 38 * Math.ceil(onWire / 1538)
  }
  const encoding = (content: ScreenWork['content']): number =>
    sum(run(screened({ arrivals: times(0), content }), { display: 'software-pcoip' }), { step: 'encode' })

  test('is encoded at the price of its content', () => {
    expect([undefined, 'text', 'mixed', 'video'].map((content) => encoding(content as 'text'))).toEqual([
      ...[40_000, 15_000, 40_000, 40_000],
    ])
    expect(encoding({ encode: 7, bytes: 1, decode: 0, draw: 0 })).toBe(7000)
  })

  test('makes bytes by its content and by who encodes it', () => {
    expect(bytes({ content: 'text' }, 'software-pcoip')).toBeCloseTo(1e6 * price('text.bytesPerPixel'), -1)
    expect(bytes({ content: 'mixed' }, 'software-pcoip')).toBeCloseTo(1e6 * price('mixed.bytesPerPixel'), -1)
    expect(bytes({ content: 'video' }, 'software-pcoip')).toBeCloseTo(86_400, -1)
    expect(bytes({ content: 'video' }, 'pcoip-card')).toBeCloseTo(86_400, -1)
    expect(bytes({ content: 'video' }, 'chip-444')).toBeCloseTo(86_400 * 0.552, -1)
    expect(bytes({ content: 'video' }, 'chip-420')).toBeCloseTo(86_400 * 0.378, -1)
    expect(bytes({ content: { encode: 1, bytes: 0.5, decode: 0, draw: 0 } }, 'chip-444')).toBeCloseTo(276_000, -1)
  })

  test('of a video of 20 less in quality makes e^(−1.26) of the bytes', () => {
    expect(bytes({ content: 'video', quality: 60 }, 'software-pcoip')).toBeCloseTo(86_400 * Math.exp(-1.26), -1)
    expect(bytes({ content: 'video', quality: 80 }, 'software-pcoip')).toBeCloseTo(86_400, -1)
  })

  test('of four times the pixels of the same picture makes half of the bytes', () => {
    expect(bytes({ content: 'video', scaledFrom: 250_000 }, 'software-pcoip')).toBeCloseTo(43_200, -1)
  })
})

describe('a chip', () => {
  test('takes a time for each frame and one for each pixel', () => {
    const given = screened({ arrivals: times(0), pixels: 1e6 })
    expect(sheet(given, { display: 'chip-420' }).devices['display chip']).toBeCloseTo(0.4e6 + 2e6, 3)
  })

  test('encodes 220 frames a second of 1080p and 58.9 of 4K', () => {
    const perS = (pixels: number): number => {
      const chip =
        1e9 / sheet(screened({ arrivals: times(0), pixels }), { display: 'chip-444' }).devices['display chip']
      return Math.round(chip * 10) / 10
    }
    expect(perS(2_073_600)).toBeCloseTo(220, 0)
    expect(perS(8_294_400)).toBeCloseTo(58.9, 1)
  })

  test('serves every display, and hands over to software what it is too far behind to begin', () => {
    const busy = (vms: number) => ({
      ...screened({ arrivals: times(0), pixels: 2e6 }),
      vms: { vm: vm({ count: vms, screen: { arrivals: times(0, 5e7), pixels: 2e6 } }) },
    })
    expect(run(busy(8), { display: 'chip-444' }).notes).toEqual({})
    expect(run(busy(100), { display: 'chip-444' }).notes).toEqual({
      'display: updates encoded in software, since the card was behind': expect.any(Number) as number,
    })
  })
})

describe('who gains what', () => {
  const cycles = (given: Setup, handler: string): number => {
    return run(given, { display: handler }).ledger.reduce((total, { counted }) => total + counted, 0)
  }
  /** Of all that desktops ask, the share that a card takes over. */
  const saved = (screen: Partial<ScreenWork>, computePerS: number): number => {
    const given: Setup = {
      ...screened({ arrivals: times(0) }),
      vms: {
        vm: vm({
          screen: { arrivals: { kind: 'periodic', everyNs: 41_666_667 }, pixels: 400_000, ...screen },
          compute: { arrivals: { kind: 'periodic', everyNs: 1e7 }, cycles: computePerS / 100 },
        }),
      },
      host: host({ cores: 4, clockHz: 4e9, nic: null }),
    }
    return 1 - cycles(given, 'pcoip-card') / cycles(given, 'software-pcoip')
  }

  test('software encodes an office desktop next to free, and a video dearly', () => {
    const office = saved({ content: 'text', arrivals: { kind: 'periodic', everyNs: 25e7 }, pixels: 65_000 }, 540e6)
    const video = saved({ content: 'video' }, 250e6)
    expect(office).toBeGreaterThan(0)
    expect(office).toBeLessThan(0.01)
    expect(video).toBeGreaterThan(0.3)
    expect(video).toBeLessThan(0.4)
  })

  test('a card loses on small updates of text: below some 770 pixels', () => {
    const gained = (pixels: number): number => {
      const given = screened({ arrivals: times(0), content: 'text', pixels })
      return cycles(given, 'software-pcoip') - cycles(given, 'pcoip-card')
    }
    expect(gained(700)).toBeLessThan(0)
    expect(gained(760)).toBeLessThan(0)
    expect(gained(780)).toBeGreaterThan(0)
  })
})
