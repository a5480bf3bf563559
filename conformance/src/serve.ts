// One fixture server in a process of its own: `node serve.ts v2 caching`. It tells its parent the port it listens on,
// answers each message with the calls that have passed through its middleware, and ends with its parent.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Attach, attachment } from './attachment.ts'
import { edgeEndpoint } from './edge.ts'
import type { Endpoint } from './endpoint.ts'
import type { Line } from './line.ts'
import { v1Endpoint } from './v1/http.ts'
import { v2Endpoint } from './v2/http.ts'
import { type VariantName, variants } from './variants.ts'

const endpoints: Record<Line, (attach: Attach) => Endpoint> = { v1: v1Endpoint, v2: v2Endpoint }

const [line, variant] = process.argv.slice(2) as [Line, VariantName]
const { attach, calls } = attachment(variants[variant])
const endpoint = variants[variant].isEdge === true ? edgeEndpoint(line, attach) : endpoints[line](attach)

const server = createServer((request, response) => {
  if (request.url !== '/mcp') {
    response.writeHead(404).end()
    return
  }
  endpoint.handle(request, response).catch((error: unknown) => {
    console.error(error)
    if (response.headersSent) response.destroy()
    else response.writeHead(500).end()
  })
})

server.listen(0, 'localhost', () => process.send?.((server.address() as AddressInfo).port))
process.on('message', () => process.send?.(calls()))
process.on('disconnect', () => void endpoint.close().finally(() => process.exit()))
