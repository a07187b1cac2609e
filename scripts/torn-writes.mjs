// Loaded into a process under test (`node --import`): tears the writes of result files, or lets the disk run full.
//   OFFSIM_TORN_MS     half of each write of stored units now, the other half this many milliseconds later
//   OFFSIM_FULL_AFTER  bytes after which there is no space left; the write that goes past them is cut
import fs, { readlinkSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const tornMs = Number(process.env.OFFSIM_TORN_MS ?? 0)
let spaceLeft = Number(process.env.OFFSIM_FULL_AFTER ?? Infinity)
const clock = new Int32Array(new SharedArrayBuffer(4))
const { writeSync } = fs

fs.writeSync = (handle, bytes, offset = 0) => {
  if (!isOfUnits(handle)) return writeSync(handle, bytes, offset)
  const end = Math.min(bytes.length, offset + spaceLeft)
  spaceLeft -= end - offset
  const half = offset + Math.ceil((end - offset) / 2)
  let written = half > offset ? writeSync(handle, bytes, offset, half - offset) : 0
  if (tornMs > 0) Atomics.wait(clock, 0, 0, tornMs)
  if (end > half) written += writeSync(handle, bytes, half, end - half)
  if (end < bytes.length) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  return written
}
syncBuiltinESMExports()

function isOfUnits(handle) {
  try {
    return readlinkSync(`/proc/self/fd/${handle}`).endsWith('.units')
  } catch {
    return false
  }
}
