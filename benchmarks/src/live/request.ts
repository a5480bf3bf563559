/** A tool to be called, with arguments that nobody used before: no cache has the answer. */
export interface ToolCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** Half of the callers look for a city whose name they misspell, the others want statistics of a half of the world. */
export const someCall = (): ToolCall =>
  Math.random() < 0.5
    ? { name: 'search_cities', arguments: { name: `${pick(names)} ${letters(5)}` } }
    : { name: 'population_stats', arguments: { box: someBox() } }

/** What an HTTP client sends for it, by protocol 2026-07-28. */
export const httpRequest = ({
  name,
  arguments: given,
}: ToolCall): { readonly headers: Record<string, string>; readonly body: string } => ({
  headers: {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': protocolVersion,
    'mcp-method': 'tools/call',
    'mcp-name': name,
  },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name,
      arguments: given,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': protocolVersion,
        'io.modelcontextprotocol/clientInfo': { name: 'load', version: '0.0.0' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  }),
})

const protocolVersion = '2026-07-28'
const names = [
  'Amstredam',
  'Barcelna',
  'Casablnca',
  'Copenhagn',
  'Jerusalm',
  'Marakesh',
  'Reykjavk',
  'Singapor',
] as const

const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(Math.random() * values.length)] as Value
const letters = (count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join('')

const someBox = (): Record<'south' | 'west' | 'north' | 'east', number> => {
  const west = -180 + 180 * Math.random()
  return { south: -60 + Math.random(), west, north: 75 + Math.random(), east: west + 180 }
}
