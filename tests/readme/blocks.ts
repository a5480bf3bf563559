/** A fenced code block of a Markdown file. */
export interface Block {
  readonly file: string
  /** Line of the opening fence. */
  readonly line: number
  /** What follows the fence: `ts`, `sh`, `ts unchecked` … */
  readonly info: string
  readonly code: string
}

/** The fenced code blocks of a Markdown text, in order. */
export function blocksOf(file: string, text: string): Block[] {
  const blocks: Block[] = []
  let open: { line: number; indent: number; fence: string; info: string; code: string[] } | undefined
  for (const [index, content] of text.split('\n').entries()) {
    const [, indent = '', fence = '', info = ''] = /^( *)(`{3,}|~{3,})(.*)$/.exec(content) ?? []
    if (!open) {
      if (fence !== '') open = { line: index + 1, indent: indent.length, fence, info: info.trim(), code: [] }
    } else if (fence.startsWith(open.fence) && info.trim() === '') {
      blocks.push({ file, line: open.line, info: open.info, code: `${open.code.join('\n')}\n` })
      open = undefined
    } else {
      open.code.push(content.slice(Math.min(open.indent, content.length - content.trimStart().length)))
    }
  }
  if (open) throw new Error(`${file}:${open.line} the code block is never closed`)
  return blocks
}

/** The TypeScript blocks; a block that says `unchecked` is not among them. */
export function typescriptOf(blocks: readonly Block[]): Block[] {
  return blocks.filter(({ info }) => info === 'ts')
}

/** Blocks that no test would look at although they are code: marked `unchecked`, or JavaScript. */
export function uncheckedOf(blocks: readonly Block[]): string[] {
  return blocks
    .filter(({ info }) => /^(?:ts .*|tsx|mts|typescript|javascript|jsx?|mjs)\b/.test(info) && info !== 'ts')
    .map(({ file, line, info }) => `${file}:${line} ${info}`)
}

/** The names of the scripts that shell blocks run with npm; `npm start` and `npm test` are scripts too. */
export function npmScriptsOf(blocks: readonly Block[]): string[] {
  const shell = blocks.filter(({ info }) => /^(?:sh|bash|shell|console)\b/.test(info))
  return shell.flatMap(({ code }) =>
    [...code.matchAll(/\bnpm (?:(start|test)\b|(?:run|run-script) ([\w:.-]+))/g)].map((found) => found[1] ?? found[2]!),
  )
}

/**
 * What a page says that a block prints: the text after `// →` in the block, and a first sentence after it of the form
 * "You see `text`". A duration may differ, everything else is meant as it stands.
 */
export function saidAfter({ line, code }: Block, page: string): { exact: string; pattern: RegExp }[] {
  const inside = [...code.matchAll(/\/\/ → (.*)$/gm)].map((found) => found[1]!.trim())
  const after = page
    .split('\n')
    .slice(line + code.trimEnd().split('\n').length + 1)
    .join('\n')
    .trimStart()
  const seen = /^You see `([^`]+)`/.exec(after)?.[1]
  return [...inside, ...(seen === undefined ? [] : [seen])].map((exact) => {
    const escaped = exact.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
    return { exact, pattern: new RegExp(escaped.replaceAll(/\d+(?:\\\.\d+)?(?= (?:ms|µs|s)\b)/g, String.raw`[\d.]+`)) }
  })
}
