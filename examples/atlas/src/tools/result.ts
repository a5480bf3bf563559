import type { CallToolResult } from '@modelcontextprotocol/server'

/** A tool's answer: structured, and as the same JSON in text for clients that read only text. */
export function answer(value: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value }
}

/** What a tool says to the model when it cannot do what was asked: one plain sentence. */
export function refusal(sentence: string): CallToolResult {
  return { content: [{ type: 'text', text: sentence }], isError: true }
}

/** The refusal for an id that no city has. */
export function unknownCity(id: number): CallToolResult {
  return refusal(`No city has the id ${id}; search_cities finds ids by name.`)
}
