// What survives a loss of power: a log is on the disk with its name, and a full one with all its lines.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Store } from '../../src/store/store.ts'

/** What is done to files, in turn. */
const calls: string[] = []
const { openSync, fsyncSync, fdatasyncSync, writeSync, readlinkSync, mkdtempSync } = fs
const real = { openSync, fsyncSync, fdatasyncSync, writeSync }
const nameOf = (handle: number) => readlinkSync(`/proc/self/fd/${handle}`)
Object.assign(fs, {
  openSync: (file: string, flags: string) => {
    if (flags === 'ax') calls.push(`new ${file}`)
    return real.openSync(file, flags)
  },
  fsyncSync: (handle: number) => {
    calls.push(`synced ${nameOf(handle)}`)
    real.fsyncSync(handle)
  },
  fdatasyncSync: (handle: number) => {
    calls.push(`data ${nameOf(handle)}`)
    real.fdatasyncSync(handle)
  },
  writeSync: (handle: number, bytes: Buffer, offset: number) => {
    calls.push(`written ${nameOf(handle)}`)
    return real.writeSync(handle, bytes, offset)
  },
})
syncBuiltinESMExports()
afterAll(() => {
  Object.assign(fs, real)
  syncBuiltinESMExports()
})

const task = (name: number) => ({ key: createHash('sha256').update(String(name)).digest('hex'), json: '{"a":1}' })

test.each([1, 2, 3, 5, 8])(
  '%i logs: each one’s folder is synced before a line is written, and each full one itself',
  (count) => {
    calls.length = 0
    const where = mkdtempSync(join(tmpdir(), 'offsim-synced-'))
    const store = new Store(where, 1)
    for (let i = 0; i < count; i++) store.append([task(i)])
    const logs = calls.filter((call) => call.startsWith('new ')).map((call) => call.slice(4))
    expect(logs).toHaveLength(count)
    logs.forEach((log, i) => {
      const made = calls.indexOf(`new ${log}`)
      const synced = calls.indexOf(`synced ${where}`, made)
      const written = calls.indexOf(`written ${log}`)
      expect(synced).toBe(made + 1)
      expect(written).toBeGreaterThan(synced)
      if (i === count - 1) return
      expect(calls.slice(written, calls.indexOf(`new ${logs[i + 1]}`))).toContain(`data ${log}`)
    })
    store.close()
  },
)
