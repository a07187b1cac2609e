// Two or more processes that are each asked one thing at a time, and replaced when they do not answer.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'

const script = join(import.meta.dirname, 'worker.mjs')

class Worker {
  #root
  #table
  #child = null
  #settle = null

  constructor(root, table) {
    this.#root = root
    this.#table = table
  }

  /** The answer, or null when there is none within the time or the process has ended (as when its memory is full). */
  async ask(message, ms) {
    if (!this.#child) await this.#start()
    return await this.#send(message, ms)
  }

  stop() {
    this.#child?.kill('SIGKILL')
    this.#child = null
  }

  async #start() {
    const child = fork(script, {
      cwd: this.#root,
      execArgv: ['--max-old-space-size=2000', '--experimental-require-module', '--no-warnings'],
      stdio: ['ignore', 'ignore', process.env.MUTANTS_DEBUG ? 'inherit' : 'ignore', 'ipc'],
    })
    child.on('message', (answer) => this.#child === child && this.#settle?.(answer))
    child.on('exit', () => {
      if (this.#child !== child) return
      this.#child = null
      this.#settle?.({ answer: null })
    })
    this.#child = child
    if (this.#table) await this.#send({ kind: 'table', path: this.#table }, 60_000)
  }

  #send(message, ms) {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.stop()
        this.#settle({ answer: null })
      }
      let timer = setTimeout(giveUp, ms)
      this.#settle = ({ answer, error, wait }) => {
        clearTimeout(timer)
        // Before what it cannot interrupt itself, a process says how long it may take; afterwards there is more to do.
        if (wait) return void (timer = setTimeout(giveUp, wait))
        this.#settle = null
        if (error === undefined) resolve(answer)
        else reject(new Error(error))
      }
      this.#child.send(message)
    })
  }
}

/**
 * Asks for all messages in turn, made as they are needed; `done` is told each answer as it comes. `table` is a file of
 * units for each process.
 */
export async function askAll(root, { processes, messages, table, done }) {
  const queue = messages[Symbol.asyncIterator]?.() ?? messages[Symbol.iterator]()
  const work = async () => {
    const worker = new Worker(root, table)
    for (;;) {
      const { value, done: ended } = await queue.next()
      if (ended) break
      done(value.about, await worker.ask(value.message, value.ms))
    }
    worker.stop()
  }
  await Promise.all(Array.from({ length: processes }, work))
}
