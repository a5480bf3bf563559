import type { Result } from '@millrace/core'

/**
 * What references reach into: the structured content of a result; without it its text, read as JSON when it is an
 * object or a list; else its content.
 */
export const valueOf = ({ structuredContent, content }: Result): unknown => {
  if (structuredContent !== undefined) return structuredContent
  const [block, ...others] = Array.isArray(content) ? (content as ReadonlyArray<Block>) : []
  if (others.length > 0 || typeof block?.text !== 'string') return content ?? null
  return /^\s*[[{]/.test(block.text) ? parsed(block.text) : block.text
}

interface Block {
  readonly text?: unknown
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
