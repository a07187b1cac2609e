// `offsim validate` as a user meets it: anybody's cases, exit codes, where results go, mistakes.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile, offsimHere } from '../offsim-process.ts'

// Threads run what was compiled.
beforeAll(compile)

/** A folder with one case: 1,000 cycles at 1 GHz, published as so many microseconds. */
function folderWithCase(published: number, more = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'offsim-cases-'))
  const text = `
id: one
group: rack
title: a job of a thousand cycles
quantity: only.total.makespan
unit: us
published: { value: ${published} }
rows: [MINE-1]
tolerance: 10 %
reason: it was timed by hand
naive: { value: 2, how: a guess }
${more}
scenario:
  run: { warmup: 0 s, until: idle, replications: 1 }
  host: { cores: 1, clock: 1 GHz }
  arms: { only: { nic: sr-iov } }
  vms: { vm: { count: 1, vcpus: 1, loop: { repeat: 1, compute: { cycles: 1000 } } } }
`
  writeFileSync(join(folder, 'one.yaml'), text)
  const row = "{ id: MINE-1, fact: a job, value: '1', unit: us, source: our rack, confirmed: true }"
  writeFileSync(join(folder, 'rows.yaml'), `groups: { rack: { machine: ours } }\nrows: [${row}]\n`)
  return folder
}

const validate = (folder: string, ...more: readonly string[]) =>
  offsimHere(['validate', '--cases', folder, '--workers', '1', ...more])

describe('exit code', () => {
  test('0 when all hold, 1 when one fails that nobody declared, 0 when it is declared', async () => {
    const held = await validate(folderWithCase(1))
    expect([held.code, held.stderr]).toEqual([0, ''])
    expect(held.stdout).toMatch(/^holds +one +predicted +1 +1 +us +0 % +1.00 +10 %$/m)
    expect(held.stdout).toContain('Nothing fails.')
    const failed = await validate(folderWithCase(3))
    expect(failed.code).toBe(1)
    expect(failed.stdout).toContain('fails, and no missing mechanism is declared')
    const declared = await validate(folderWithCase(3, 'lacks: a faster clock'))
    expect(declared.code).toBe(0)
    expect(declared.stdout).toContain('    lacks: a faster clock')
  })

  test('2 for mistakes, each one line', async () => {
    const folder = folderWithCase(1, 'tolerence: 5 %')
    const { code, stderr } = await validate(folder)
    expect(code).toBe(2)
    expect(stderr).toBe(`${folder}/one.yaml:12:1: tolerence: unknown key; did you mean \`tolerance\`?\n`)
    const missing = await validate(join(folder, 'nowhere'))
    expect([missing.code, missing.stderr.split('\n').length]).toEqual([2, 2])
    expect(missing.stderr).toContain('there is no such folder; name a folder with a YAML file for each case')
    const group = await validate(folderWithCase(1), 'racks')
    expect([group.code, group.stderr]).toEqual([2, 'offsim: no group of cases `racks`; did you mean `rack`?\n'])
  })
})

describe('files', () => {
  test('CSV and JSON have a row for each case', async () => {
    const folder = folderWithCase(1)
    const [csv, json] = [join(folder, 'out.csv'), join(folder, 'out.json')]
    expect((await validate(folder, '--csv', csv, '--json', json, '--quiet')).code).toBe(0)
    const [header, row] = readFileSync(csv, 'utf8').split('\n')
    expect(header).toMatch(/^case,group,title,role,verdict,quantity,unit,predicted,published,/)
    expect(row).toMatch(/^one,rack,a job of a thousand cycles,predicted,holds,only\.total\.makespan,us,1,1,/)
    expect(existsSync(`${csv}.json`)).toBe(false)
    const { summary, cases } = JSON.parse(readFileSync(json, 'utf8')) as {
      summary: { failing: number }
      cases: { case: string; rows: string[]; skill: number }[]
    }
    expect(summary.failing).toBe(0)
    expect(cases).toMatchObject([{ case: 'one', rows: ['MINE-1'], skill: 1, naive_how: 'a guess' }])
  })

  test('a page has its picture beside it', async () => {
    const folder = folderWithCase(1)
    const page = join(folder, 'page.md')
    expect((await validate(folder, '--page', page, '--quiet')).code).toBe(0)
    expect(readFileSync(page, 'utf8')).toContain('](page.svg)')
    expect(readFileSync(join(folder, 'page.svg'), 'utf8')).toMatch(/^<svg /)
    const over = await validate(folder, '--page', page, '--csv', join(folder, 'page.svg'))
    expect([over.code, over.stderr]).toEqual([
      2,
      `offsim: --page ${page} writes ${folder}/page.svg too: two outputs cannot share a file; name another one\n`,
    ])
  })

  test('no output takes the place of a case, and only one goes to stdout', async () => {
    const folder = folderWithCase(1)
    const over = await validate(folder, '--csv', join(folder, 'one.yaml'))
    expect([over.code, over.stderr]).toEqual([
      2,
      `offsim: ${folder}/one.yaml: is what was asked to be run; name another file\n`,
    ])
    expect((await validate(folder, '--csv', '-', '--json', '-')).code).toBe(2)
    const { stdout } = await validate(folder, '--csv', '-')
    expect(stdout).toMatch(/^case,/)
  })
})
