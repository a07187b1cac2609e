// Loaded before a program: tells on descriptor 3, at its end, the kilobytes that it had in memory at most.
import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) process.on('exit', tell)

function tell() {
  try {
    writeSync(3, String(process.resourceUsage().maxRSS))
  } catch (error) {
    if (error.code !== 'EPIPE') throw error // whoever asked is gone
  }
}
