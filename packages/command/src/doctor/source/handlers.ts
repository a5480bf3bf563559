import { isRegistration, placeOf, toolAround } from './program.ts'
import type { SourceRule } from './program.ts'
import { argumentsOf, calleeOf, ownerOf, propertiesOf, walk } from './tree.ts'
import type { Node } from './tree.ts'
import type { Finding } from '../finding.ts'

/** What handlers of tools do that they should not: connect anew, block, and ask without an end. */
export const handlers: SourceRule = (program) => {
  const findings: Finding[] = []
  walk(program.root, (node, within) => {
    if (isRegistration(node))
      findings.push(...unannotated(node).map((found) => ({ ...found, where: placeOf(program, node) })))
    const name = calleeOf(node)
    if (name === undefined || toolAround(within) === undefined) return
    const found =
      connecting(node, name, program.imports.get(ownerOf(node) ?? name)) ?? blocking(name) ?? endless(node, name)
    if (found !== undefined) findings.push({ ...found, where: placeOf(program, node) })
  })
  return findings
}

type Found = Omit<Finding, 'where'>

const unannotated = (registration: Node): Found[] => {
  const [name, config] = argumentsOf(registration)
  const properties = propertiesOf(config)
  if (properties === undefined || properties.includes('annotations') || properties.includes('…')) return []
  return [
    {
      id: 'no-annotations',
      what: `The tool ${String(name?.['value'])} does not say whether it only reads.`,
      why: 'A tool that says nothing counts as one that writes: it is neither cached, nor repeated when it fails.',
      change:
        'annotations: { readOnlyHint: true } for what only reads, { idempotentHint: true } for what may be repeated.',
    },
  ]
}

const connecting = ({ type }: Node, name: string, from: string | undefined): Found | undefined => {
  const isNew = type === 'NewExpression' && from !== undefined && clients[from]?.includes(name) === true
  if (!isNew && !(type === 'CallExpression' && name === 'createClient' && from === 'redis')) return undefined
  return {
    id: 'connection-per-call',
    what: `A ${name} of ${from} is made in a tool's handler.`,
    why: 'Every call pays for a connection, and as many calls as come at once open as many.',
    change: 'One pool for the process, made outside: postgres(), redis() or httpPool() of millrace, in a lifespan().',
  }
}

const clients: { readonly [module: string]: readonly string[] | undefined } = {
  __proto__: null as never,
  pg: ['Client', 'Pool'],
  ioredis: ['Redis', 'IORedis', 'Cluster'],
  undici: ['Agent', 'Client', 'Pool'],
  mongodb: ['MongoClient'],
}

const blocking = (name: string): Found | undefined => {
  if (
    !/^(?:readFile|writeFile|readdir|stat|exec|execFile|spawn|pbkdf2|scrypt|gzip|gunzip|brotliCompress)Sync$/.test(name)
  )
    return undefined
  return {
    id: 'blocking-call',
    what: `${name} is called in a tool's handler.`,
    why: 'The whole server stands still meanwhile, all callers with it.',
    change: 'The same without Sync; workers() of millrace for what computes.',
  }
}

const endless = (node: Node, name: string): Found | undefined => {
  if (name !== 'fetch' || node.type !== 'CallExpression') return undefined
  const options = argumentsOf(node)[1]
  const properties = propertiesOf(options)
  if (options !== undefined && (properties === undefined || properties.includes('signal') || properties.includes('…')))
    return undefined
  return {
    id: 'fetch-without-signal',
    what: "fetch() in a tool's handler has no signal.",
    why: 'It goes on when the caller has left or a timeout has answered, for up to five minutes.',
    change: "fetch(url, { signal }) with the handler's own signal: extra.signal in SDK v1, ctx.mcpReq.signal in v2.",
  }
}
