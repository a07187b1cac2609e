// The part of the scenario language that names published models of offloading, with the symbols of their papers.
import { choice, defaulted, either, keys, number, oneOf, optional, required } from './shapes.ts'

const symbol = (example: string) => number(0, Number.MAX_VALUE, example)
const given = (example: string, says: string) => required(symbol(example), says)
const or = (fallback: number, example: string, says: string) =>
  defaulted(symbol(example), fallback, String(fallback), says)

/** Published models of offloading, each with the symbols of its paper. */
const peerModels = {
  accelerometer: keys(
    {
      mode: defaulted(choice('mode', ['sync', 'sync-os', 'async']), 'async', 'async', 'who waits for the accelerator'),
      C: given('2.0e9', 'host cycles for all logic in a unit of time'),
      alpha: given('0.17', 'share of them that is accelerated'),
      n: given('300000', 'offloads in that unit of time'),
      o0: or(0, '10', 'host cycles to set up an offload'),
      L: or(0, '3', 'cycles that the host is held to move an offload'),
      Q: or(0, '0', 'cycles that the host is held by others before it'),
      o1: or(0, '0', 'cycles to switch threads, an offload'),
      A: optional(symbol('6'), 'peak speed-up; without it the accelerated part takes no time of the host'),
    },
    { example: '{ mode: sync, C: 2.0e9, alpha: 0.166, n: 298951, o0: 10, L: 3, A: 6 }' },
  ),
  logca: keys(
    {
      g: given('1400', 'bytes of an offload'),
      C: given('10', 'host cycles a byte'),
      beta: or(1, '1', 'exponent of how work grows with bytes'),
      o: given('1000', 'host cycles to set up an offload'),
      L: or(0, '750', 'cycles to move an offload'),
      A: given('8', 'peak acceleration'),
    },
    { example: '{ g: 1400, C: 10, o: 1000, L: 750, A: 8 }' },
  ),
  laws: keys(
    {
      gamma: given('4', 'application work per communication work of the host'),
      sigma: given('0.5', 'time of the wire per communication time of the host'),
      alpha: given('1', 'time of the card per time of the host, for the same work'),
      beta: or(1, '1', 'share of the work that is left when it is offloaded'),
    },
    { example: '{ gamma: 4, sigma: 0.5, alpha: 1, beta: 1 }' },
  ),
  amdahl: keys(
    {
      p: required(number(0, 1, '0.5'), 'share that is accelerated'),
      s: given('4', 'how many times as fast it becomes'),
    },
    { example: '{ p: 0.5, s: 4 }' },
  ),
}

const PEERS = Object.keys(peerModels) as (keyof typeof peerModels)[]

/** A model of others: by its name, its symbols read off the results; or with symbols that are given. */
export const peer = either(
  choice('model', PEERS),
  oneOf(
    {
      accelerometer: optional(peerModels.accelerometer, 'Sriraman and Dhanotia 2020, throughput'),
      logca: optional(peerModels.logca, 'Altaf and Wood 2017, time of a blocking call'),
      laws: optional(peerModels.laws, 'Shivam and Chase 2003, throughput with all of the protocol offloaded'),
      amdahl: optional(peerModels.amdahl, 'Amdahl 1967'),
    },
    { noun: 'model', example: '{ amdahl: { p: 0.5, s: 4 } }' },
  ),
)
