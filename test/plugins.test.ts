// Plug-ins as a user meets them: loaded, checked, run, listed, and told what is wrong with them.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { handlerSuite } from '../src/plugins/suite/handler-suite.ts'
import { CAUSED_TRAPS, handlerKeys, pathsBefore } from '../src/plugins/plugin-faults.ts'
import { blamed, loadPlugins, PluginError } from '../src/plugins/loading.ts'
import { handlerTemplate } from '../src/plugins/template.ts'
import { runScenario } from '../src/runs/run-scenario.ts'
import { loadScenario } from '../src/language/scenario.ts'
import { TECHNOLOGIES } from '../src/models/technologies/index.ts'
import { PASSAGES } from '../src/models/host/technology.ts'
import { compile, offsim, projectFolder } from './offsim-process.ts'
import { textOf } from './project-files.ts'

const examples = ['docs/examples/nic-dpu', 'docs/examples/compression-card', 'docs/examples/page-engine'].map(
  (name) => `${name}.ts`,
)
const planted = 'test/fixtures/plugins'

const inProject = (path: string) => join(projectFolder, path)
const newFolder = () => mkdtempSync(join(tmpdir(), 'offsim-plugin-'))

/** A file with this text in a folder of its own. */
function fileOf(text: string, name = 'mine.ts'): string {
  const file = join(newFolder(), name)
  writeFileSync(file, text)
  return file
}

/** What is wrong with a plug-in of this text, without the file's name. */
async function faultsOf(text: string): Promise<string[]> {
  const file = fileOf(text)
  const error = await loadPlugins([file]).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(PluginError)
  return (error as PluginError).faults.map((fault) => fault.replaceAll(`${file}: `, ''))
}

const MINIMAL = `import { step } from 'offsim'
export default {
  technology: 'display',
  costs: { 'mine.cycles': { value: 10, unit: 'cycles', source: 'DSP-03' } },
  handlers: { mine: { kind: 'hardware', enter: [step('host', 'work', { each: 'mine.cycles' })] } },
}
`

beforeAll(compile)

describe('loading', () => {
  test('a handler stands beside those there were, with its costs; nothing else is changed', async () => {
    const file = fileOf(MINIMAL)
    const { technologies, plugins, hashes } = await loadPlugins([file])
    const display = technologies.find(({ name }) => name === 'display')!
    expect(Object.keys(display.handlers)).toEqual(['software-pcoip', 'pcoip-card', 'chip-444', 'chip-420', 'mine'])
    expect(display.costs['mine.cycles'].value).toBe(10)
    expect(technologies.filter((each) => !TECHNOLOGIES.includes(each))).toEqual([display])
    expect(plugins).toEqual([{ file, sha256: hashes[0], handlers: ['display.mine'] }])
  })

  test('the hash is that of the file, and of what it imports', async () => {
    const alone = fileOf(MINIMAL)
    const sha256 = createHash('sha256').update(MINIMAL).digest('hex')
    expect((await loadPlugins([alone])).hashes).toEqual([sha256])
    const folder = newFolder()
    const hashWith = async (inner: string) => {
      writeFileSync(join(folder, 'inner.ts'), `export const cycles = ${inner}\n`)
      writeFileSync(join(folder, 'middle.ts'), "export { cycles } from './inner'\n")
      const source = MINIMAL.replace('value: 10', 'value: cycles')
      writeFileSync(join(folder, 'mine.ts'), `import { cycles } from './middle.ts'\n${source}`)
      const { hashes, technologies } = await loadPlugins([join(folder, 'mine.ts')])
      const { value } = technologies.find(({ name }) => name === 'display')!.costs['mine.cycles']
      return { hash: hashes[0], value }
    }
    const [first, other, again] = [await hashWith('11'), await hashWith('12'), await hashWith('11')]
    expect([first.value, other.value]).toEqual([11, 12])
    expect(other.hash).not.toBe(first.hash)
    expect(again).toEqual(first)
  })

  test('a list brings several things, and a later plug-in may add to an earlier one', async () => {
    const own = `{ name: 'zip', passedBefore: 'clone', costs: {}, handlers: { soft: { kind: 'software', enter: [] } } }`
    const more = `{ technology: 'zip', handlers: { hard: { kind: 'hardware', enter: [] } } }`
    const { plugins } = await loadPlugins([fileOf(`export default [${own}]`), fileOf(`export default ${more}`)])
    expect(plugins.map(({ handlers }) => handlers)).toEqual([['zip.soft'], ['zip.hard']])
  })

  test('the package and what plug-ins import are the same thing', async () => {
    const { offsim: own } = { offsim: await import('../src/index.ts') }
    const extension = await import('../src/models/technologies/extension.ts')
    expect(Object.keys(own)).toEqual(Object.keys(extension))
  })
})

describe('what is wrong with a plug-in is said in one line', () => {
  const cost = "{ value: 1, unit: 'cycles', source: 'assumption: x' }"
  const display = (handler: string, costs = '{}') =>
    `import { step, trap } from 'offsim'\nexport default { technology: 'display', costs: ${costs}, handlers: ${handler} }`
  const line = (piece: string) => display(`{ mine: { kind: 'hardware', enter: [${piece}] } }`, `{ a: ${cost} }`)
  const own = (rest: string) => `export default { name: 'zip', costs: {}, ${rest} }`
  const path = "handlers: { soft: { kind: 'software', enter: [] } }"

  test.each([
    ['export default {', /^cannot be loaded: ParseError/],
    ["throw new Error('boom')", /^cannot be loaded: boom$/],
    ["import { x } from './nowhere.ts'\nexport default x", /^cannot be loaded: Cannot find module '.\/nowhere.ts'/],
    ['export const nothing = 1', /^the default export is missing; write export default/],
    ['export default 7', /^the default export is 7; write/],
    ['export default {}', /names no technology; write export default/],
    ["export default { technology: 'nick', handlers: {} }", /`nick` is no technology; did you mean `nic`\?/],
    ["export default { technology: 'nic' }", /^handlers: is missing; write/],
    [display('{}'), /^handlers: is empty; write/],
    [display('{ Mine: { kind: "hardware", enter: [] } }'), /^handlers.Mine: is no name; use small letters/],
    [display('{ "pcoip-card": { kind: "hardware", enter: [] } }'), /^handlers.pcoip-card: exists already; choose/],
    [display('{ mine: 3 }'), /^handlers.mine: is 3; write { kind: 'hardware', enter: \[…\] }/],
    [display('{ mine: { kind: "hardware" } }'), /^handlers.mine: lacks `enter`; write it/],
    [display('{ mine: { kind: "hard", enter: [] } }'), /^handlers.mine.kind: is `hard`; write 'software' or/],
    [display('{ mine: { kind: "hardware", enter: [], transmit: [] } }'), /mine: has no use for `transmit`/],
    [display('{ mine: { kind: "hardware", enter: 5 } }'), /^handlers.mine.enter: is 5; write a list of steps, or/],
    [line('4'), /^handlers.mine.enter.0: is 4; write step/],
    [line("step('cpu', 'x', { each: 'a' })"), /enter.0.place: is `cpu`; write `vcpu`, `user`, `exit` or `host`/],
    [line("step('host', '', { each: 'a' })"), /enter.0.name: is ``; say what is done/],
    [line("step('host', 'x', {})"), /enter.0: has no price; write/],
    [
      line("step('host', 'x', { each: 'cardSesions' })"),
      /each: `cardSesions` is no cost of it; did you mean `cardSessions`/,
    ],
    [line("step('host', 'x', { eech: 'a', each: 'a' })"), /enter.0: has no use for `eech`; did you mean `each`/],
    [line("trap('interupt')"), /enter.0: `interupt` is no kind of trap; did you mean `interrupt`/],
    [line("trap('interrupt', -1)"), /enter.0.times: is -1; write how many/],
    [display('{ mine: { kind: "hardware", enter: [] } }', '7'), /^costs: is 7; write/],
    [line('').replace(cost, '1'), /^costs.a: is 1; write { value/],
    [line('').replace('value: 1', 'value: NaN'), /^costs.a.value: is NaN; write a number from 0/],
    [line('').replace("'cycles'", "''"), /^costs.a.unit: is ``; write for example 'cycles'/],
    [line('').replace("'assumption: x'", "'assumption: '"), /^costs.a.source: gives no reason; write/],
    [line('').replace("'assumption: x'", "'DSP-999'"), /^costs.a.source: there is no measurement `DSP-999`/],
    [line('').replace('value: 1', 'range: [2, 3], value: 1'), /^costs.a.range: is not \[low, high\] around/],
    [display('{ mine: { kind: "hardware", enter: [] } }', `{ cardSessions: ${cost} }`), /is a cost of display already/],
    [own(path), /^passedBefore: is missing, so no work would pass it; write `tcp`/],
    [own(`passedBefore: 'wire', ${path}`), /^passedBefore: is `wire`; write/],
    [own(`passes: 3, ${path}`), /^passes: is 3; write the name that requests have/],
    [own(`passes: 'two words', ${path}`), /^passes: is `two words`; write the name/],
    [own(`passes: 'offloads', ${path}`), /^passes: requests named `offloads` pass accelerator already; choose another/],
    [own("passes: 'pages', handlers: { soft: { kind: 'software' } }"), /soft: lacks `enter`/],
    [
      own("passes: 'pages', handlers: { soft: { kind: 'software', enter: [], transmit: [] } }"),
      /no use for `transmit`/,
    ],
    [own("passedBefore: 'tcp', handlers: { soft: { kind: 'software', transmit: [] } }"), /soft: lacks `receive`/],
    [own(`passedBefore: 'display', resizes: true, ${path}`), /^resizes: would change parts of an item; write/],
    [own(`passedBefore: 'clone', ${path}`).replace('zip', 'total'), /^name: `total` is a row of results/],
    [own(`passedBefore: 'clone', ${path}`).replace('zip', 'nic'), /^name: `nic` exists already; choose another, or/],
  ])('%s', async (text, expected) => {
    const faults = await faultsOf(text)
    expect(faults).toEqual([expect.stringMatching(expected)])
    expect(faults[0]).not.toMatch(/\n/)
  })

  test('all faults of all files at once; a file that is none', async () => {
    const file = fileOf(MINIMAL)
    const files = [file, file, '/nowhere.ts', projectFolder, inProject('package.json')]
    const error: unknown = await loadPlugins(files).catch((reason: unknown) => reason)
    const [twice, missing, folder, text] = (error as PluginError).faults
    expect(twice).toMatch(/is given twice; give it once$/)
    expect(missing).toBe('/nowhere.ts: no such file')
    expect(folder).toMatch(/is a directory; name the file$/)
    expect(text).toMatch(/is not TypeScript or JavaScript/)
  })
})

describe('on the command line', () => {
  test('each planted bug is found by check, with exit code 1', () => {
    const files = readdirSync(inProject(planted)).filter((name) => name.endsWith('.ts'))
    expect(files.length).toBeGreaterThanOrEqual(10)
    const { code, stdout, stderr } = offsim(['check', ...files.flatMap((name) => ['--plugin', `${planted}/${name}`])])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    const foundIn = (name: string) => stderr.split('\n').filter((found) => found.startsWith(`${planted}/${name}.ts: `))
    const checks: Record<string, RegExp> = {
      'changes-a-size': /handed on as it came/,
      'charges-without-time': /takes its time/,
      'depends-on-the-clock': /same seed, same bytes/,
      'draws-from-another': /streams of its own/,
      'finishes-twice': /leaves once/,
      'fractional-cycles': /whole cycles/,
      'keeps-for-ever': /leaves once/,
      'leaves-too-early': /cycles charged are cycles spent/,
      'loses-an-item': /leaves once/,
      'negative-time': /runs to its end/,
      'never-ends': /runs to its end/,
      'remembers-between-runs': /same seed, same bytes/,
      'spends-without-charge': /accounts balance/,
      'throws-late': /no room for this unit/,
    }
    expect(Object.keys(checks).map((name) => `${name}.ts`)).toEqual(files.sort())
    for (const [name, expected] of Object.entries(checks)) expect(foundIn(name).join('\n')).toMatch(expected)
  })

  test('a run lists plug-ins, their hashes enter its id, and each thread loads them', () => {
    const folder = newFolder()
    copyFileSync(inProject('docs/examples/compression-card.ts'), join(folder, 'card.ts'))
    const short = ['--set', 'run.measure=5 ms', '--set', 'run.warmup=1 ms', '--replications', '2']
    const scenario = inProject('docs/examples/compression.yaml')
    const result = (workers: number) => {
      const threads = ['--workers', String(workers)]
      const run = offsim(
        ['run', scenario, ...short, ...threads, '--plugin', 'card.ts', '--csv', 'a.csv', '--quiet'],
        folder,
      )
      expect(run).toMatchObject({ code: 0, stderr: '' })
      return readFileSync(join(folder, 'a.csv'), 'utf8').split('\n')[1].split(',')
    }
    const before = result(1)
    const source = readFileSync(join(folder, 'card.ts'))
    const companion = JSON.parse(readFileSync(join(folder, 'a.csv.json'), 'utf8')) as { plugins: object; id: string }
    expect(companion.plugins).toEqual([{ file: 'card.ts', sha256: createHash('sha256').update(source).digest('hex') }])
    expect(companion.id).toBe(before[1])
    writeFileSync(join(folder, 'card.ts'), `${source.toString()}\n// another comment\n`)
    const after = result(2)
    expect(after[1]).not.toBe(before[1])
    expect(after.toSpliced(1, 1)).toEqual(before.toSpliced(1, 1))
  })

  test('an error in its code is the plug-in’s: one line, exit code 2', () => {
    const text = MINIMAL.replace('enter: [', 'enter: (wiring) => wiring.nothing([').replace("' })]", "' })])")
    const file = fileOf(text)
    const scenario = fileOf(
      'name: x\nrun: { measure: 1 ms, replications: 1 }\nhost: { cores: 1, clock: 1 GHz, nic: { rate: 1 Gbit/s } }\n' +
        'arms: { a: { display: mine } }\nvms: { v: { count: 1, vcpus: 1, screen: { rate: 9 /s, pixels: 5 } } }\n',
      'x.yaml',
    )
    const { code, stderr } = offsim(['run', scenario, '--plugin', file])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^\S+mine\.ts:\d+: failed while it ran: wiring\.nothing is not a function; see offsim check/)
    expect(stderr.trimEnd()).not.toContain('\n')
    expect(blamed(new Error('ours'), [file])).toBeNull()
  })

  test('models lists its handlers and costs', () => {
    const { stdout } = offsim(['models', 'nic.dpu', '--plugin', examples[0]])
    expect(stdout).toMatch(/^nic\.dpu: hardware/)
    expect(stdout).toContain('nic.dpu.packetNs')
  })

  test('new handler writes a file that passes the suite, and overwrites nothing', () => {
    const folder = newFolder()
    expect(offsim(['new', 'handler', 'third'], folder)).toMatchObject({ code: 0, stderr: '' })
    expect(readFileSync(join(folder, 'third.ts'), 'utf8')).toContain("technology: 'display'")
    expect(offsim(['check', '--plugin', 'third.ts'], folder)).toMatchObject({ code: 0, stderr: '' })
    expect(offsim(['new', 'handler', 'third'], folder)).toMatchObject({ code: 2 })
    expect(offsim(['new', 'handlers', 'fourth'], folder).stderr).toMatch(
      /no template of a `handlers`.*new handler NAME/,
    )
    const wrong = offsim(['new', 'handler', 'Bad', '--technology', 'nick'], folder)
    expect(wrong.stderr.split('\n')).toHaveLength(3)
    expect(wrong.stderr).toMatch(/did you mean `nic`/)
  })
})

test.each(TECHNOLOGIES.map(({ name }) => name))('the template of a handler for %s passes the suite', async (name) => {
  const technology = TECHNOLOGIES.find((each) => each.name === name)!
  const { technologies } = await loadPlugins([fileOf(handlerTemplate(technology, 'my-card'))])
  expect(handlerSuite(technologies, name, 'my-card').filter(({ ok }) => !ok)).toEqual([])
})

describe('a technology of one’s own', () => {
  test.each(PASSAGES)('before `%s` is passed by work, and passes the suite', async (passage) => {
    const paths = pathsBefore(passage).map((path) => `${path}: [step('host', '${path}', { each: 'cycles' })]`)
    const text = `import { step } from 'offsim'
const costs = { cycles: { value: 777, unit: 'cycles', source: 'RFC-1122: a source like any other' } }
const soft = { kind: 'software', ${paths.join(', ')} }
export default { name: 'mine', passedBefore: '${passage}', costs, handlers: { soft } }`
    const { technologies } = await loadPlugins([fileOf(text)])
    expect(handlerSuite(technologies, 'mine', 'soft').filter(({ ok }) => !ok)).toEqual([])
  })

  test('with requests of its own is passed by those, spins and sleeps, and passes the suite', async () => {
    const { technologies } = await loadPlugins([inProject('docs/examples/page-engine.ts')])
    for (const handler of ['software', 'polled', 'slept'])
      expect(handlerSuite(technologies, 'swap', handler).filter(({ ok }) => !ok)).toEqual([])
  }, 60_000)

  test('that makes messages smaller relieves all that lies behind it, and only on the way out', async () => {
    const { technologies } = await loadPlugins([inProject('docs/examples/compression-card.ts')])
    const ledgerWith = async (ratio: number) => {
      const set = ['run.measure=20 ms', 'run.warmup=0 s', 'run.replications=1', `costs.compression.ratio=${ratio}`]
      const read = (path: string) => readFileSync(path)
      const scenario = loadScenario(inProject('docs/examples/compression.yaml'), { read, technologies, set })
      const { arms } = await runScenario(scenario, technologies)
      const { ledger } = arms.find(({ name }) => name === 'software')!.tallies[0]
      return (technology: string, step: string, work: string) =>
        ledger.filter((e) => e.technology === technology && e.step === step && e.work === work).map((e) => e.counted)[0]
    }
    const [whole, smaller] = [await ledgerWith(1), await ledgerWith(0.25)]
    const fraction = (...line: [string, string, string]) => smaller(...line) / whole(...line)
    expect(fraction('compression', 'compress', 'packets.1')).toBe(1)
    expect(fraction('nic', 'copy', 'packets.1')).toBeCloseTo(0.25, 2)
    expect(fraction('tcp', 'bytes', 'packets.1')).toBeCloseTo(0.25, 2)
    expect(fraction('nic', 'copy', 'packets.0')).toBe(1)
  })
})

test('caused traps that a plug-in may name are those that processors have prices for', () => {
  const { costs } = TECHNOLOGIES.find(({ name }) => name === 'processor')!
  const priced = (kind: string) =>
    Object.keys(costs).some((key) => new RegExp(`^vt-x\\.${kind}(\\.handler)?$`).test(key))
  expect(CAUSED_TRAPS.filter((kind) => !priced(kind))).toEqual([])
})

describe('docs/PLUGINS.md', () => {
  const page = textOf('docs/PLUGINS.md')

  test('quotes its examples exactly', () => {
    const quoted = [...page.matchAll(/```(?:ts|yaml)\n([^]*?)```/g)].map(([, text]) => text)
    for (const file of [
      ...examples,
      'docs/examples/nic-dpu.yaml',
      'docs/examples/compression.yaml',
      'docs/examples/page-engine.yaml',
    ])
      expect(quoted).toContain(textOf(file))
  })

  test.each(examples)('%s passes the suite', async (file) => {
    const { technologies, plugins } = await loadPlugins([inProject(file)])
    for (const name of plugins[0].handlers) {
      const [technology, handler] = name.split('.')
      expect(handlerSuite(technologies, technology, handler).filter(({ ok }) => !ok)).toEqual([])
    }
  })

  test('says which paths a handler of each technology needs', () => {
    for (const technology of TECHNOLOGIES) {
      const needed = handlerKeys(technology).needed.filter((key) => key !== 'kind')
      expect(page).toContain(`| \`${technology.name}\` | ${needed.map((key) => `\`${key}\``).join(', ')} |`)
    }
  })
})
