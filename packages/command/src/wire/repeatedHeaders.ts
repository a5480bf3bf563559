import { headerText } from './headerText.ts'
import type { Params } from './request.ts'

/**
 * The headers that repeat arguments of a tool in 2026-07-28, names and values in turn: `Mcp-Param-Region` for a property
 * whose schema says `x-mcp-header: 'Region'`.
 */
export const repeatedHeaders = (schema: unknown, args: unknown): string[] => {
  const properties = isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] : {}
  const given = isRecord(args) ? args : {}
  return Object.entries(properties).flatMap(([name, property]) => {
    const header = isRecord(property) ? property['x-mcp-header'] : undefined
    const value = given[name]
    const isWritable = typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)
    const own = typeof header === 'string' && isWritable ? [`mcp-param-${header}`, headerText(String(value))] : []
    return [...own, ...repeatedHeaders(property, value)]
  })
}

const isRecord = (value: unknown): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
