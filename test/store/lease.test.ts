// Leases that are not what they should be: held by a process that is busy, taken over, from the future, or no lease at all.
import { spawn } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LEASE_MS, Leases, UNREADABLE_MS } from '../../src/store/lease.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'offsim-lease-'))
const touched = (file: string, msAgo: number) => utimesSync(file, new Date(), new Date(Date.now() - msAgo))
const ELSEWHERE = { place: 'elsewhere', pid: 1, started: '1', nonce: 'c' }
const nonceIn = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { nonce: string }).nonce

/** Two processes' leases on one folder, and what the second is told. */
function two(where = folder()) {
  const told: string[] = []
  const one = new Leases(where)
  const other = new Leases(where, (message) => told.push(message))
  const close = () => [one, other].forEach((leases) => leases.close())
  return { where, one, other, told, close }
}

describe('a holder that blocks', () => {
  test.each([0, LEASE_MS + 1, 10 * LEASE_MS, 24 * 3600e3, -10 * LEASE_MS])(
    'keeps its lease on its own host, touched %i ms ago',
    (msAgo) => {
      const { where, one, other, told, close } = two()
      expect(one.take('x')).toBe(true)
      touched(join(where, 'x'), msAgo)
      expect([other.take('x'), told]).toEqual([false, []])
      one.release('x')
      expect(other.take('x')).toBe(true)
      close()
    },
  )

  test('loses it when it has died, though it touched it a moment ago', async () => {
    const { where, one, other, told, close } = two()
    one.take('model')
    const place = (JSON.parse(readFileSync(join(where, 'model'), 'utf8')) as { place: string }).place
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    const started = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19]
    const lease = { place, pid: child.pid, started: started(), nonce: 'd' }
    writeFileSync(join(where, 'x'), JSON.stringify(lease))
    expect(other.take('x')).toBe(false)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    expect([other.take('x'), told]).toEqual([true, []])
    close()
  })

  test('loses it when it is suspended and has not touched it for a minute', async () => {
    const { where, one, other, close } = two()
    one.take('model')
    const place = (JSON.parse(readFileSync(join(where, 'model'), 'utf8')) as { place: string }).place
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    const stat = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    writeFileSync(join(where, 'x'), JSON.stringify({ place, pid: child.pid, started: stat()[19], nonce: 'd' }))
    child.kill('SIGSTOP')
    while (stat()[0] !== 'T') await new Promise((resolve) => setTimeout(resolve, 5))
    touched(join(where, 'x'), LEASE_MS - 5000)
    expect(other.take('x')).toBe(false)
    touched(join(where, 'x'), LEASE_MS + 1000)
    expect(other.take('x')).toBe(true)
    child.kill('SIGKILL')
    close()
  })
})

describe('a lease that was taken over', () => {
  const takenOver = (file: string, by: object | string) => {
    unlinkSync(file)
    writeFileSync(file, typeof by === 'string' ? by : JSON.stringify(by))
  }
  test.each([
    ['by another host', ELSEWHERE],
    ['by a process of this host', { ...ELSEWHERE, place: 'here' }],
    ['by something unreadable', 'null'],
  ])('%s is not released', (_, by) => {
    const { where, one, close } = two()
    one.take('x')
    takenOver(join(where, 'x'), by)
    one.release('x')
    expect(readdirSync(where)).toContain('x')
    close()
    expect(readdirSync(where)).toEqual(['x'])
  })

  test('is not released at the end either, and not touched', () => {
    const { where, one, other, close } = two()
    one.take('x')
    one.take('y')
    takenOver(join(where, 'x'), ELSEWHERE)
    touched(join(where, 'x'), LEASE_MS + 1000)
    one.renew()
    // Still as old as it was: its holder is thought dead, as it should be.
    expect(other.take('x')).toBe(true)
    close()
    expect(readdirSync(where)).toEqual([])
  })

  test('can be taken again, and is then one’s own', () => {
    const { where, one, close } = two()
    one.take('x')
    takenOver(join(where, 'x'), ELSEWHERE)
    touched(join(where, 'x'), LEASE_MS + 1000)
    one.renew()
    expect(one.take('x')).toBe(true)
    one.release('x')
    expect(readdirSync(where)).not.toContain('x')
    close()
  })
})

describe('what is in the way of a lease', () => {
  const inTheWay: [string, (file: string) => void, RegExp][] = [
    ['null', (file) => writeFileSync(file, 'null'), /is no lease/],
    ['nothing', (file) => writeFileSync(file, ''), /is no lease/],
    ['a number', (file) => writeFileSync(file, '42'), /is no lease/],
    ['a list', (file) => writeFileSync(file, '[1,2]'), /is no lease/],
    ['half a lease', (file) => writeFileSync(file, '{"place":"here","pid":'), /is no lease/],
    ['a lease without a holder', (file) => writeFileSync(file, '{"place":"here"}'), /is no lease/],
    ['a lease of process 0', (file) => writeFileSync(file, JSON.stringify({ ...ELSEWHERE, pid: 0 })), /is no lease/],
  ]
  test.each(inTheWay)('%s is overtaken after a while, with a message', (_, make, message) => {
    const { where, other, told, close } = two()
    const file = join(where, 'x')
    make(file)
    // It may be half written.
    expect([other.take('x'), told]).toEqual([false, []])
    touched(file, UNREADABLE_MS + 1000)
    expect(other.take('x')).toBe(true)
    expect(told).toEqual([expect.stringMatching(message)])
    expect(told[0]).toContain(file)
    close()
    expect(readdirSync(where)).toEqual([])
  })

  const noFiles: [string, (file: string) => void][] = [
    ['a folder', (file) => mkdirSync(file)],
    ['a folder with files', (file) => (mkdirSync(file), writeFileSync(join(file, 'a'), ''))],
    ['a link to nothing', (file) => symlinkSync('/nonexistent/offsim', file)],
    ['a link to a device', (file) => symlinkSync('/dev/zero', file)],
    ['a link to a folder', (file) => symlinkSync(tmpdir(), file)],
  ]
  test.each(noFiles)('%s is overtaken at once, with a message', (_, make) => {
    const { where, other, told, close } = two()
    make(join(where, 'x'))
    expect(other.take('x')).toBe(true)
    expect(told).toEqual([expect.stringMatching(/x: is no file/)])
    close()
    expect(readdirSync(where)).toEqual([])
  })

  test.each([2, 10, 60, 24 * 60, 365 * 24 * 60])(
    'a lease of another host from %i minutes ahead is overtaken',
    (ahead) => {
      const { where, other, told, close } = two()
      const file = join(where, 'x')
      writeFileSync(file, JSON.stringify(ELSEWHERE))
      touched(file, -ahead * 60_000)
      expect(other.take('x')).toBe(true)
      expect(told).toEqual([expect.stringMatching(/x: is a lease from the future/)])
      expect(nonceIn(file)).not.toBe('c')
      close()
    },
  )

  test('a clock that is a little ahead is nothing to wonder at', () => {
    const { where, other, told, close } = two()
    writeFileSync(join(where, 'x'), JSON.stringify(ELSEWHERE))
    touched(join(where, 'x'), -LEASE_MS / 2)
    expect([other.take('x'), told]).toEqual([false, []])
    close()
  })

  test('the lease of somebody who was faster stays', () => {
    const { where, one, other, close } = two()
    one.take('x')
    linkSync(join(where, 'x'), join(where, 'y'))
    expect(other.take('y')).toBe(false)
    close()
  })
})
