// What tests import from 'vitest', made from vitest's own assertions, for one process in which files are loaded over and over.
import { createRequire } from 'node:module'
import { format } from 'node:util'
import { pathToFileURL } from 'node:url'
import { LEFT_OUT_TESTS } from './test-files.mjs'

const beside = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'))
const {
  chai,
  JestExtend,
  JestChaiExpect,
  JestAsymmetricMatchers,
  ASYMMETRIC_MATCHERS_OBJECT,
  GLOBAL_EXPECT,
  setState,
} = await import(pathToFileURL(beside.resolve('@vitest/expect')).href)
const spy = await import(pathToFileURL(beside.resolve('@vitest/spy')).href)

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin)
// A failed assertion is thrown away: neither its difference nor its stack is read.
chai.config.includeStack = false
chai.config.truncateThreshold = 1

const expect = (value, message) => chai.expect(value, message)
Object.assign(expect, chai.expect, globalThis[ASYMMETRIC_MATCHERS_OBJECT])
expect.extend = (matchers) => chai.expect.extend(expect, matchers)
expect.soft = expect
expect.assertions = expect.hasAssertions = () => {}
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true })
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect)

let suite = null

const emptySuite = (name, parent) => {
  const hooks = { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] }
  return { name, parent, hooks, children: [] }
}

/** Collects the tests of a file that `load` loads, and returns them as units: see unitsOf. */
export function collect(load) {
  const root = (suite = emptySuite('', null))
  try {
    load()
  } finally {
    suite = null
  }
  const names = new Map()
  return unitsOf(root, (name) => {
    const count = (names.get(name) ?? 0) + 1
    names.set(name, count)
    return count === 1 ? name : `${name} #${count}`
  })
}

/** What is run alone: a test, or a whole suite where something has to be done once before or after its tests. */
function unitsOf(part, unique, path = []) {
  const name = [...path, part.name].filter(Boolean).join(' > ')
  if (part.run) return LEFT_OUT_TESTS.some(([pattern]) => pattern.test(name)) ? [] : [{ name: unique(name), part }]
  const { beforeAll, afterAll } = part.hooks
  if (beforeAll.length + afterAll.length > 0) return [{ name: unique(name || 'the whole file'), part }]
  return part.children.flatMap((child) => unitsOf(child, unique, name ? [name] : []))
}

/** Runs a unit; `call` calls each function of the tests. Throws what a test throws. */
export async function runUnit({ part }, call) {
  if (part.run) return await runTest(part, call)
  for (const hook of part.hooks.beforeAll) await call(hook)
  for (const child of part.children) await runUnit({ part: child }, call)
  for (const hook of part.hooks.afterAll) await call(hook)
}

async function runTest(one, call) {
  const suites = []
  for (let at = one.parent; at; at = at.parent) suites.push(at)
  for (const { hooks } of suites.toReversed()) for (const hook of hooks.beforeEach) await call(hook)
  try {
    await call(one.run)
  } finally {
    for (const { hooks } of suites) for (const hook of hooks.afterEach) await call(hook)
  }
}

const functionIn = (args) => args.find((arg) => typeof arg === 'function')

function test(name, ...args) {
  const run = functionIn(args)
  if (run) suite.children.push({ name: String(name?.name ?? name), parent: suite, run: () => run({ expect }) })
}

function describe(name, ...args) {
  const outer = suite
  suite = emptySuite(String(name?.name ?? name), outer)
  outer.children.push(suite)
  try {
    functionIn(args)?.()
  } finally {
    suite = outer
  }
}

/** `%s` and the like take arguments in turn, `$key` a key of the first one. */
function titled(name, args, index) {
  const [first] = args
  const keyed = String(name).replaceAll(/\$(\w+)/g, (whole, key) => (first?.[key] === undefined ? whole : first[key]))
  const wanted = keyed.match(/%[sdifjo]/g)?.length ?? 0
  return `${format(keyed.replaceAll('%#', index), ...args.slice(0, wanted))} [${index}]`
}

const each =
  (declare) =>
  (cases, ...further) => {
    if (further.length > 0 || cases.raw) throw new Error('tables written as templates are not read here')
    return (name, ...args) =>
      cases.forEach((given, index) => {
        const list = Array.isArray(given) ? given : [given]
        declare(titled(name, list, index), () => functionIn(args)(...list))
      })
  }

const none = () => {}
/** A test that has to fail tells what the code should be, not what it is: no mutant is caught by it. */
const left = Object.assign(() => {}, { each: () => none, for: () => none })
const decorated = (declare) =>
  Object.assign(declare, {
    each: each(declare),
    for: (cases) => (name, run) =>
      cases.forEach((given, index) => declare(titled(name, [given].flat(), index), () => run(given, { expect }))),
    ...{ skip: left, todo: left, fails: left, only: declare, concurrent: declare, sequential: declare },
    skipIf: (condition) => (condition ? left : declare),
    runIf: (condition) => (condition ? declare : left),
  })

const hook = (name) => (run) => void suite.hooks[name].push(run)
const tests = decorated(test)

export const vitest = {
  ...{ test: tests, it: tests, describe: decorated(describe), suite: describe, expect, assert: chai.assert },
  ...{ beforeAll: hook('beforeAll'), afterAll: hook('afterAll') },
  ...{ beforeEach: hook('beforeEach'), afterEach: hook('afterEach') },
  vi: { spyOn: spy.spyOn, fn: spy.fn, restoreAllMocks: spy.restoreAllMocks, clearAllMocks: spy.clearAllMocks },
  expectTypeOf: () => new Proxy(none, { get: () => none, apply: () => none }),
}
