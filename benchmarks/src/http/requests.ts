/** The eras of the protocol, as the headers and the envelope of a request. */
const eras = {
  '2025': { headers: () => ({ 'mcp-protocol-version': '2025-11-25' }), params: {} },
  '2026': {
    headers: (method: string, tool: string | undefined) => ({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(tool === undefined ? {} : { 'mcp-name': tool }),
    }),
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'load', version: '1.0.0' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  },
} as const

/** An era of the protocol. */
export type Era = keyof typeof eras

/** A hundred calls of a tool, as a hundred clients would send them. */
export const callsOf = (era: Era, tool: string, inputOf: (index: number) => object): string[] =>
  hundred((id) => requestText(era, id, 'tools/call', { name: tool, arguments: inputOf(id) }, tool))

/** A hundred requests for the list of tools. */
export const listsOf = (era: Era): string[] => hundred((id) => requestText(era, id, 'tools/list', {}))

const hundred = (make: (index: number) => string): string[] => Array.from({ length: 100 }, (_, index) => make(index))

/** A whole HTTP request to the MCP path. */
const requestText = (era: Era, id: number, method: string, params: object, tool?: string): string => {
  const { headers, params: envelope } = eras[era]
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, ...envelope } })
  return [
    'POST /mcp HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    ...Object.entries(headers(method, tool)).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}
