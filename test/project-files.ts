// Reads the project's own files for the tests about its form.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'

const root = new URL('..', import.meta.url)

/** Paths below `folder` (relative to the project, with slashes) that `pattern` matches, in code-point order. */
export function projectFiles(folder: string, pattern: RegExp): string[] {
  const found: string[] = []
  const place = new URL(`${folder}/`, root)
  for (const entry of existsSync(place) ? readdirSync(place, { withFileTypes: true }) : []) {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      if (!/^(node_modules|dist|coverage|\.git|\.cache)$/.test(entry.name)) found.push(...projectFiles(path, pattern))
    } else if (pattern.test(path)) found.push(path)
  }
  return found.sort((a, b) => (a < b ? -1 : 1))
}

export function textOf(path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
}

export function syntaxOf(path: string): ts.SourceFile {
  return ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true)
}

export interface Import {
  readonly from: string
  /** Path of a file of the project, or the name of a package. */
  readonly to: string
  /** Erased by the compiler: it cannot make files depend on each other at run time. */
  readonly typeOnly: boolean
  /** Loaded by `import()`, when it is needed. */
  readonly later: boolean
}

/** Everything a file imports, re-exports or loads. */
export function importsOf(path: string): Import[] {
  const found: Import[] = []
  const add = (target: ts.Expression | undefined, typeOnly: boolean, later = false) => {
    if (!target || !ts.isStringLiteralLike(target)) return
    const inside = target.text.startsWith('.')
    const to = inside ? new URL(target.text, `file:///${path}`).pathname.slice(1) : target.text
    found.push({ from: path, to, typeOnly, later })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false, true)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true)
    ts.forEachChild(node, visit)
  }
  visit(syntaxOf(path))
  return found
}
