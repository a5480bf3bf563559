import type { Call, Outcome } from '@millrace/core'
import type { Attributes } from '@opentelemetry/api'
import { requestIdsOf } from '../log/requestIds.ts'

/**
 * What is known of a call before it runs, as the semantic conventions for MCP name it (OpenTelemetry, GenAI: MCP, status
 * "development"). Arguments and URIs are left out: they may hold anything.
 */
export const attributesOf = (call: Call): Attributes => {
  const { rpcId } = requestIdsOf(call)
  return {
    'mcp.method.name': call.method,
    ...(rpcId === undefined ? {} : { 'jsonrpc.request.id': String(rpcId) }),
    ...targetOf(call),
  }
}

// What stands in the operation is the door's word: a name that does not exist is not in it.
const targetOf = ({ method, operation }: Call): Attributes => {
  const name = operation.slice(method.length + 1)
  if (name === '') return {}
  if (method === 'tools/call') return { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name }
  return method === 'prompts/get' ? { 'gen_ai.prompt.name': name } : {}
}

/** What `error.type` says of a call that did not go well; undefined for one that did. */
export const errorTypeOf = (outcome: Outcome, error: unknown): string | undefined => {
  if (outcome === 'ok' || outcome === 'inputRequired') return undefined
  if (outcome === 'toolError') return 'tool_error'
  if (outcome === 'cancelled') return 'cancelled'
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown }
  if (typeof code === 'string' || typeof code === 'number') return String(code)
  return typeof name === 'string' ? name : '_OTHER'
}
