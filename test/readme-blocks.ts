// Reads Markdown for the test of the README: fenced blocks, the commands in them, and what they say comes out.

export interface Block {
  readonly language: string
  readonly text: string
}

/** Fenced blocks, in order. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({ language, text }))
}

export interface Session {
  readonly command: string
  readonly shown: string
}

/** Commands of console blocks, which begin with `$ `, each with what is shown below it. */
export function sessionsOf(blocks: readonly Block[]): Session[] {
  return blocks
    .filter(({ language }) => language === 'console')
    .flatMap(({ text }) => text.split(/^\$ /m).slice(1))
    .map((session) => {
      const end = session.indexOf('\n')
      return { command: session.slice(0, end), shown: session.slice(end + 1) }
    })
}

/** Whether output is what is shown: `…` alone on a line stands for any lines, within a line for anything in it. */
export function isShown(output: string, shown: string): boolean {
  const escaped = shown.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = escaped.replace(/^…\n/gm, '(?:.*\\n)*?').replaceAll('…', '.*')
  return new RegExp(`^${pattern}$`).test(output)
}

/** Links to places in the project, without their anchors. */
export function linksOf(markdown: string): string[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)
  return targets.filter((target) => !/^(https?:|#)/.test(target)).map((target) => target.replace(/#.*/, ''))
}
