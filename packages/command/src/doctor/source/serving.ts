import { placeOf } from './program.ts'
import type { SourceRule } from './program.ts'
import { argumentsOf, calleeOf, isFunction, ownerOf, propertiesOf, walk } from './tree.ts'
import type { Node } from './tree.ts'
import type { Finding } from '../finding.ts'

/** How a server is served: one for each request, or with logs where only JSON-RPC may be. */
export const serving: SourceRule = (program) => {
  const findings: Finding[] = []
  const isStdio = [...program.imports.keys()].some((name) => name === 'StdioServerTransport' || name === 'serveStdio')
  walk(program.root, (node, within) => {
    const name = calleeOf(node)
    const where = placeOf(program, node)
    if (name === 'createMcpHandler')
      findings.push(perRequest(where, 'createMcpHandler() makes a server for each request.'))
    if (name === 'StreamableHTTPServerTransport' && isStateless(node) && within.some(isFunction)) {
      findings.push(perRequest(where, 'A transport without sessions serves one request, and a server with it.'))
    }
    if (isStdio && name === 'log' && ownerOf(node) === 'console') findings.push(noise(where))
  })
  return findings
}

/** Whether a transport of SDK v1 is made without sessions. */
const isStateless = (node: Node): boolean => {
  const [options] = argumentsOf(node)
  if (options === undefined) return true
  if (propertiesOf(options) === undefined) return false
  const generator = (options['properties'] as readonly Node[]).find(
    (property) => (property['key'] as Node | undefined)?.['name'] === 'sessionIdGenerator',
  )
  return generator === undefined || (generator['value'] as Node)['name'] === 'undefined'
}

const perRequest = (where: string, what: string): Finding => ({
  id: 'server-per-request',
  where,
  what,
  why: 'Making a server, its schemas and a bridge to web streams costs several times what the call itself does.',
  change: 'serve(createServer, { port }) or edge(createServer) of millrace: one server for all requests, kept apart.',
})

const noise = (where: string): Finding => ({
  id: 'stdout-noise',
  where,
  what: 'console.log() in a server over stdio.',
  why: 'Stdout is for JSON-RPC alone; many clients end the connection when something else is there.',
  change: 'console.error(), which goes to stderr.',
})
