// What a pixel costs, by what the screen shows and by who encodes it. For a screen of which the scenario says nothing, the figures
// without a word before them. Encoders of pictures and of files stand for those of screens, of which nobody published one (DSP-11).
import type { Costs } from '../host/technology.ts'

export const costs = {
  encodeCyclesPerPixel: {
    value: 40,
    unit: 'cycles/pixel',
    source: 'DSP-40: an analogue, JPEG 4:2:0 with SSE2 at 64.87 Mpixel/s and 2.6 GHz',
    range: [5, 120],
  },
  'text.encodeCyclesPerPixel': {
    value: 15,
    unit: 'cycles/pixel',
    source: 'assumption: letters are found and coded as such, without a transform; no row',
    range: [5, 30],
  },
  'mixed.encodeCyclesPerPixel': {
    value: 40,
    unit: 'cycles/pixel',
    source: 'DSP-40: an analogue, JPEG 4:2:0 of a picture; a fifth less with AVX2 (DSP-44)',
    range: [33, 67],
  },
  'video.encodeCyclesPerPixel': {
    value: 40,
    unit: 'cycles/pixel',
    source: 'DSP-40: an analogue, JPEG 4:2:0 of each frame; 67 with 4:4:4 (DSP-41), and 100 as H.264',
    range: [33, 120],
  },
  bytesPerPixel: {
    value: 0.0864,
    unit: 'bytes/pixel',
    source: 'DSP-50: 34.4 Mbit/s for 24 frames a second of 2,073,600 pixels, the only figure of this encoder',
    range: [0.02, 0.3],
  },
  'text.bytesPerPixel': {
    value: 0.05,
    unit: 'bytes/pixel',
    source: 'assumption: 0.4 bits a changed pixel; no row',
    range: [0.02, 0.1],
  },
  'mixed.bytesPerPixel': {
    value: 0.16,
    unit: 'bytes/pixel',
    source: 'DSP-40: an analogue, 1.28 bits a pixel of a JPEG at quality 95',
    range: [0.05, 0.21],
  },
  'video.bytesPerPixel': {
    value: 0.0864,
    unit: 'bytes/pixel',
    source: 'DSP-50: 34.4 Mbit/s by the processor, 24 frames a second of 2,073,600 pixels at quality 80',
    range: [0.05, 0.16],
  },
  'chip-444.bytesShare': {
    value: 0.552,
    unit: 'fraction',
    source: 'DSP-50: 19.0 Mbit/s where the processor makes 34.4',
    range: [0.3, 1],
  },
  'chip-420.bytesShare': {
    value: 0.378,
    unit: 'fraction',
    source: 'DSP-50: 13.0 Mbit/s where the processor makes 34.4',
    range: [0.2, 1],
  },
  qualityExponent: {
    value: 0.063,
    unit: 'exponent',
    source: 'DSP-53: 3.7 Mbit/s at quality 60 and 13.0 at 80',
    range: [0.03, 0.1],
  },
  scaledExponent: {
    value: 0.5,
    unit: 'exponent',
    source: 'assumption: a scaled picture gains only edges, which grow as its height does',
    range: [0, 1],
  },
  decodeCyclesPerPixel: {
    value: 30,
    unit: 'cycles/pixel',
    source: 'DSP-43: an analogue, JPEG 4:2:0 at 86.87 Mpixel/s and 2.6 GHz; 48 with 4:4:4',
    range: [30, 48],
  },
  drawCyclesPerPixel: {
    value: 10,
    unit: 'cycles/pixel',
    source: 'assumption: a pixel is composed and copied to the screen; no row',
    range: [5, 20],
  },
  uploadCyclesPerPixel: {
    value: 2,
    unit: 'cycles/pixel',
    source: 'assumption: raw pixels are handed to the device through memory; no row',
    range: [1, 4],
  },
  cardSessions: { value: 64, unit: 'count', whole: true, source: 'DSP-03', range: [0, 1000] },
  cardPixelsPerS: {
    value: 300e6,
    unit: 'pixels/s',
    least: 1,
    source: 'assumption: DSP-10 recalls 300 Mpixel/s, unconfirmed',
    range: [1e6, 1e11],
  },
  chipPixelsPerS: {
    value: 500e6,
    unit: 'pixels/s',
    least: 1,
    source: 'DSP-60, DSP-62: 220 frames a second of 1080p and 58.88 of 4K, without what a frame takes by itself',
    range: [100e6, 1e10],
  },
  chipFrameNs: {
    value: 0.4e6,
    unit: 'ns',
    source: 'DSP-60, DSP-62: 220 frames a second of 1080p and 58.88 of 4K, less what goes by pixels',
    range: [0, 2e6],
  },
  cardPatience: {
    value: 33e6,
    unit: 'ns',
    source: 'assumption: an update the card cannot begin within two frames of 60 Hz is handed back',
    range: [0, 1e9],
  },
  cardSubmitCycles: {
    value: 6000,
    unit: 'cycles/update',
    source: 'assumption: changed areas are described to the card and its doorbell is rung, by the hypervisor’s driver',
    range: [500, 50_000],
  },
  cardCompleteCycles: {
    value: 4000,
    unit: 'cycles/update',
    source: 'assumption: completion interrupt, and the coded update is handed on',
    range: [500, 50_000],
  },
} as const satisfies Costs
