import { checkOrder, recommendedOrder } from '@millrace/core'
import type { Middleware, Stage } from '@millrace/core'
import { placeOf } from './program.ts'
import type { SourceRule } from './program.ts'
import { argumentsOf, calleeOf, propertiesOf, walk } from './tree.ts'
import type { Node } from './tree.ts'
import type { Finding } from '../finding.ts'

/** What is attached with `use(…)`: nothing, in the wrong order, or without a time limit. */
export const chains: SourceRule = (program) => {
  const findings: Finding[] = []
  let isAttached = false
  let server: Node | undefined
  walk(program.root, (node) => {
    const name = calleeOf(node)
    const from = program.imports.get(name ?? '') ?? ''
    const where = placeOf(program, node)
    if (/^(?:millrace$|@millrace\/)/.test(from)) isAttached = true
    if (name === 'McpServer' && node.type === 'NewExpression') server ??= node
    if (name !== 'use' || !/^(?:millrace|@millrace\/mcp)$/.test(from)) return
    const layers = argumentsOf(node).slice(1)
    for (const what of checkOrder(layers.flatMap(stagesOf).map(standIn))) {
      findings.push({
        id: 'wrong-order',
        where,
        what,
        why: 'A chain runs outermost first, in the order in which it is written.',
        change: 'Write the layers in the recommended order, or use recommended().',
      })
    }
    if (layers.length > 0 && layers.every(isReadable) && !layers.some(hasTimeout)) findings.push(noTimeout(where))
  })
  if (server !== undefined && !isAttached) findings.push(noMiddleware(placeOf(program, server)))
  return findings
}

const stagesOf = (layer: Node): Stage[] => {
  const name = calleeOf(layer)
  if (name === 'only' || name === 'chain') return argumentsOf(layer).flatMap(stagesOf)
  const stage = recommendedOrder.find((one) => one === name)
  return stage === undefined ? [] : [stage]
}

const standIn = (stage: Stage): Middleware => Object.assign<Middleware, object>((call, next) => next(call), { stage })

/** Whether it can be seen what a layer is: a call with its options written out. */
const isReadable = (layer: Node): boolean => calleeOf(layer) !== undefined && layer.type === 'CallExpression'

const hasTimeout = (layer: Node): boolean => {
  const name = calleeOf(layer)
  if (name === 'timeout') return true
  const [options] = argumentsOf(layer)
  if (name === 'recommended') {
    const properties = propertiesOf(options)
    return (
      options !== undefined && (properties === undefined || properties.includes('timeout') || properties.includes('…'))
    )
  }
  return (name === 'chain' || name === 'only') && argumentsOf(layer).some(hasTimeout)
}

const noTimeout = (where: string): Finding => ({
  id: 'no-timeout',
  where,
  what: 'The chain has no timeout.',
  why: 'A call that hangs holds its slot for ever, and so many of them stop the server.',
  change: 'timeout({ timeoutMs: 30_000 }) before cached, or recommended({ timeout: true }).',
})

const noMiddleware = (where: string): Finding => ({
  id: 'no-middleware',
  where,
  what: 'The server has no middleware.',
  why: 'Nothing bounds how many calls run, how long they take, or how often the same is asked again.',
  change: 'use(server, recommended({ timeout: true })) of millrace.',
})
