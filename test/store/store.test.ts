// The store of finished tasks, and leases: what a killed process, damage and a second process leave.
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { LEASE_MS, Leases } from '../../src/store/lease.ts'
import { Store } from '../../src/store/store.ts'
import { TaskIndex } from '../../src/store/task-index.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'offsim-store-'))
const keyOf = (name: string | number) => createHash('sha256').update(String(name)).digest('hex')
const task = (name: string | number, json = `{"name":"${name}","µ":[1,2]}`) => ({ key: keyOf(name), json })
const segmentOf = (where: string) => join(where, readdirSync(where)[0])

describe('store', () => {
  test('gives back what it was given, in this process and in the next', () => {
    const where = folder()
    const store = new Store(where)
    store.append([task('a'), task('b', '{"long":"' + 'x'.repeat(3_000_000) + '"}')])
    store.append([task('c')])
    expect([store.size, store.has(keyOf('a')), store.has(keyOf('d'))]).toEqual([3, true, false])
    expect(store.read(keyOf('a'))).toBe('{"name":"a","µ":[1,2]}')
    store.close()
    const next = new Store(where)
    expect([next.size, next.read(keyOf('c')), next.read(keyOf('d'))]).toEqual([3, '{"name":"c","µ":[1,2]}', null])
    expect(next.read(keyOf('b'))).toHaveLength(3_000_011)
    next.close()
  })

  test('a torn last line is not there, at whatever byte it was torn, and does no harm to what follows', () => {
    const where = folder()
    const store = new Store(where)
    store.append([task('a'), task('b')])
    store.close()
    const whole = readFileSync(segmentOf(where))
    for (const length of [whole.length - 1, whole.length - 5, whole.indexOf('\n') + 1, whole.indexOf('\n') + 30, 10]) {
      writeFileSync(segmentOf(where), whole)
      truncateSync(segmentOf(where), length)
      const next = new Store(where)
      expect(next.size).toBe(length > whole.indexOf('\n') ? 1 : 0)
      expect(next.damaged).toBe(0)
      next.close()
    }
  })

  test('a damaged line is passed over and counted', () => {
    const where = folder()
    const store = new Store(where)
    store.append([task('a'), task('b'), task('c')])
    store.close()
    const second = readFileSync(segmentOf(where)).indexOf('\n') + 1
    // In its key, its checksum and its tallies.
    for (const place of [5, 70, 80]) {
      const bytes = readFileSync(segmentOf(where))
      bytes[second + place] ^= 1
      const copy = folder()
      writeFileSync(join(copy, 'x.units'), bytes)
      const next = new Store(copy)
      expect([next.size, next.damaged, next.has(keyOf('b')), next.has(keyOf('c'))]).toEqual([2, 1, false, true])
      next.close()
    }
  })

  test('two processes see what the other has finished, also while it is still writing a line', () => {
    const where = folder()
    const [one, other] = [new Store(where), new Store(where)]
    one.append([task('a')])
    expect(other.has(keyOf('a'))).toBe(false)
    other.refresh()
    expect(other.read(keyOf('a'))).toBe(task('a').json)
    const elsewhere = folder()
    new Store(elsewhere).append([task('b')])
    const [log, line] = [segmentOf(where), readFileSync(segmentOf(elsewhere), 'utf8')]
    appendFileSync(log, line.slice(0, 80))
    other.refresh()
    expect(other.has(keyOf('b'))).toBe(false)
    appendFileSync(log, line.slice(80))
    other.refresh()
    expect(other.has(keyOf('b'))).toBe(true)
    one.close()
    other.close()
  })

  test('a failure is known until the task succeeds', () => {
    const where = folder()
    const store = new Store(where)
    store.appendFailure(keyOf('a'), 'no luck')
    expect([store.has(keyOf('a')), store.failureOf(keyOf('a'))]).toEqual([false, 'no luck'])
    store.close()
    const next = new Store(where)
    expect(next.failureOf(keyOf('a'))).toBe('no luck')
    next.append([task('a')])
    expect([next.has(keyOf('a')), next.failureOf(keyOf('a'))]).toEqual([true, undefined])
    next.close()
  })

  test('the index finds a hundred thousand tasks and no others', () => {
    const index = new TaskIndex()
    const keys = Array.from({ length: 100_000 }, (_, i) => keyOf(i))
    keys.forEach((key, i) => index.set(key, { log: i % 7, offset: i }))
    expect(index.size).toBe(100_000)
    expect(keys.every((key, i) => index.get(key)?.offset === i && index.get(key)?.log === i % 7)).toBe(true)
    expect(Array.from({ length: 1000 }, (_, i) => index.has(keyOf(`other ${i}`))).some(Boolean)).toBe(false)
  })
})

describe('a store of many logs', () => {
  /** Logs of so many processes, with a task in each. */
  function logs(count: number): string {
    const where = folder()
    const store = new Store(where)
    store.append([task('model', '{}')])
    const line = readFileSync(segmentOf(where), 'utf8').trimEnd()
    store.close()
    const [, , ...json] = line.split(' ')
    for (let i = 0; i < count; i++) {
      const crc = crc32(Buffer.from(json.join(' ')), crc32(keyOf(i)))
        .toString(16)
        .padStart(8, '0')
      writeFileSync(join(where, `1-${String(i).padStart(12, '0')}.units`), `${keyOf(i)} ${crc} ${json.join(' ')}\n`)
    }
    return where
  }

  test('finds what is in all of them, with few of them open, and what they grow by', () => {
    const where = logs(250)
    const store = new Store(where)
    expect(store.size).toBe(251)
    expect(openFiles(where)).toBeLessThanOrEqual(101)
    for (let i = 0; i < 250; i++) expect(store.read(keyOf(i))).toBe('{}')
    const other = new Store(where)
    other.append([task('late')])
    store.refresh()
    expect(store.has(keyOf('late'))).toBe(true)
    for (const some of [store, other]) some.close()
    expect(openFiles(where)).toBe(0)
  })

  test('does not look at a thousand logs before each task', { timeout: 20_000 }, () => {
    const store = new Store(logs(1000))
    const started = performance.now()
    store.refresh()
    const onceMs = performance.now() - started
    const begun = performance.now()
    for (let task = 0; task < 1000; task++) store.refreshIfDue()
    // A thousand looks would take a thousand times as long.
    expect(performance.now() - begun).toBeLessThan(Math.max(100, 50 * onceMs))
    store.close()
  })

  test('of few logs looks at them each time: no task is done twice for having been looked up too early', () => {
    const where = folder()
    const [one, other] = [new Store(where), new Store(where)]
    for (let i = 0; i < 50; i++) {
      one.append([task(i)])
      other.refreshIfDue()
      expect(other.has(keyOf(i))).toBe(true)
    }
    for (const some of [one, other]) some.close()
  })

  test('begins a new log when one is full, with all of it found again', () => {
    const where = folder()
    const store = new Store(where, 1000)
    for (let i = 0; i < 40; i++) store.append([task(i)])
    expect(readdirSync(where).length).toBeGreaterThan(3)
    for (let i = 0; i < 40; i++) expect(store.read(keyOf(i))).toBe(task(i).json)
    store.close()
    const next = new Store(where)
    expect(next.size).toBe(40)
    next.close()
  })
})

function openFiles(where: string): number {
  return readdirSync('/proc/self/fd').filter((handle) => {
    try {
      return readlinkSync(`/proc/self/fd/${handle}`).startsWith(where)
    } catch {
      return false
    }
  }).length
}

describe('leases', () => {
  test('are taken by one at a time, and given back', () => {
    const where = folder()
    const [one, other] = [new Leases(where), new Leases(where)]
    expect([one.take('x'), other.take('x'), other.take('y')]).toEqual([true, false, true])
    one.release('x')
    expect(other.take('x')).toBe(true)
    one.close()
    other.close()
    expect(readdirSync(where)).toEqual([])
  })

  test('of a process of this host that is gone are free at once', () => {
    const where = folder()
    const one = new Leases(where)
    one.take('x')
    const held = JSON.parse(readFileSync(join(where, 'x'), 'utf8')) as Record<string, unknown>
    // The number of a process that lives, but was started at another time; and one that does not live.
    for (const dead of [
      { ...held, started: '1', nonce: 'a' },
      { ...held, pid: 2 ** 22 + 1, nonce: 'b' },
    ]) {
      writeFileSync(join(where, 'y'), JSON.stringify(dead))
      expect(one.take('y')).toBe(true)
      one.release('y')
    }
    one.close()
  })

  test('of another host are free when they were not renewed for a minute, and not before', () => {
    const where = folder()
    const one = new Leases(where)
    writeFileSync(join(where, 'x'), JSON.stringify({ place: 'elsewhere', pid: 1, started: '1', nonce: 'c' }))
    const ago = (ms: number) => utimesSync(join(where, 'x'), new Date(), new Date(Date.now() - ms))
    ago(LEASE_MS - 10_000)
    expect(one.take('x')).toBe(false)
    ago(LEASE_MS + 1000)
    expect(one.take('x')).toBe(true)
    one.close()
  })

  test('are renewed all at once', () => {
    const where = folder()
    const one = new Leases(where)
    one.take('x')
    utimesSync(join(where, 'x'), new Date(), new Date(Date.now() - 2 * LEASE_MS))
    one.renew()
    const other = new Leases(where)
    expect(other.take('x')).toBe(false)
    one.close()
    other.close()
  })
})
