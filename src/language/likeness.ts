// Arms that are like another: `card: { like: software, display: pcoip-card }`. What is written of an arm is laid over the
// arm that it is like, after overlays, --set and the factors of a sweep, so that a change of the one changes the other too.
import { join, type Entry, type Keyed, type Tree } from './document.ts'
import { quoted, remedy, type Fault } from './faults.ts'
import { overlaid } from './overlay.ts'

export interface Alike {
  readonly tree: Tree
  /** Paths of what arms have from others. What is wrong with them is said where it is written. */
  readonly inherited: ReadonlySet<string>
}

/** The scenario with every arm written out. An arm that cannot be is left as it is, with a fault. */
export function writtenOut(tree: Tree, faults: Fault[]): Alike {
  const arms = tree.form === 'map' ? tree.entries.get('arms') : undefined
  const inherited = new Set<string>()
  if (tree.form !== 'map' || arms?.value.form !== 'map') return { tree, inherited }
  const of = arms.value
  if (![...of.entries.values()].some(({ value }) => likeOf(value) !== undefined)) return { tree, inherited }
  const entries = new Map<string, Entry>()
  for (const [name, { at, value }] of of.entries) {
    entries.set(name, { at, value: armOf(name, value, of, [], faults) })
    const own = value.form === 'map' ? value.entries : new Map<string, Entry>()
    const all = entries.get(name)!.value
    if (all.form !== 'map') continue
    for (const key of all.entries.keys()) if (!own.has(key)) inherited.add(join(join('arms', name), key))
  }
  const written: Entry = { at: arms.at, value: { ...of, entries } }
  return { tree: { ...tree, entries: new Map(tree.entries).set('arms', written) }, inherited }
}

/** `above`: the arms that led here, each like the next. What is wrong with an arm is said when nothing led to it. */
function armOf(name: string, arm: Tree, arms: Keyed, above: readonly string[], faults: Fault[]): Tree {
  const like = likeOf(arm)
  if (like === undefined || arm.form !== 'map') return arm
  const wrong: Tree = { form: 'scalar', at: arm.at, value: null, written: '', inQuotes: false, wrong: true }
  const refuse = (text: string): Tree => {
    if (above.length === 0) faults.push({ place: like.value.at, path: join(join('arms', name), 'like'), text })
    return wrong
  }
  const { value } = like
  if (value.form !== 'scalar') return refuse('is not the name of an arm; write one')
  const other = value.written
  const base = arms.entries.get(other)?.value
  if (base === undefined) {
    const known = [...arms.entries.keys()].filter((one) => one !== name)
    return refuse(`no arm ${quoted(other)}; ${remedy(other, known)}`)
  }
  if (leadsTo(name, other, arms)) return refuse(`${quoted(other)} is like \`${name}\` in turn; write one of them out`)
  const inner = armOf(other, base, arms, [...above, name], faults)
  const own: Keyed = { ...arm, entries: new Map([...arm.entries].filter(([key]) => key !== 'like')) }
  return inner.form === 'map' ? { ...overlaid(inner, own), at: arm.at } : wrong
}

/** Whether going from arm to the arm it is like leads from `start` to `name`. */
function leadsTo(name: string, start: string, arms: Keyed): boolean {
  const seen = new Set<string>()
  for (let at: string | undefined = start; at !== undefined && !seen.has(at);) {
    if (at === name) return true
    seen.add(at)
    const arm: Tree | undefined = arms.entries.get(at)?.value
    const next: Tree | undefined = arm && likeOf(arm)?.value
    at = next?.form === 'scalar' ? next.written : undefined
  }
  return false
}

function likeOf(arm: Tree): Entry | undefined {
  return arm.form === 'map' ? arm.entries.get('like') : undefined
}
