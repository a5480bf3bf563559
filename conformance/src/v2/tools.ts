import { setTimeout as delay } from 'node:timers/promises'
import { fromJsonSchema, type McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { richSchema } from '../content/schema.ts'
import { answer, plainTools } from '../content/tools.ts'

// The suites ask for pauses between notifications, to see that they arrive while the tool still runs.
const pauseMs = 50

/** Registers the tools that answer without asking the client for anything. */
export function registerTools(server: McpServer): void {
  const annotations = { readOnlyHint: true }

  for (const { name, description, content } of plainTools) {
    server.registerTool(name, { description, annotations }, () => ({ content }))
  }

  // Read-only, so that a cache is tempted: an error must not be stored.
  server.registerTool('test_error_handling', { description: 'Always throws', annotations }, () => {
    throw new Error('This tool intentionally returns an error for testing')
  })

  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Tool with JSON Schema 2020-12 features', annotations, inputSchema: fromJsonSchema(richSchema) },
    (input) => answer(JSON.stringify(input)),
  )

  server.registerTool(
    'test_custom_header',
    {
      description: 'Takes an argument that HTTP clients repeat in a header',
      annotations,
      inputSchema: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }),
    },
    ({ region }) => answer(`Region: ${region}`),
  )

  registerNotifyingTools(server)
}

// These are not declared read-only: a stored answer has nothing to report.
function registerNotifyingTools(server: McpServer): void {
  server.registerTool('test_tool_with_logging', { description: 'Logs three times' }, async ({ mcpReq }) => {
    await mcpReq.log('info', 'Tool execution started')
    await delay(pauseMs)
    await mcpReq.log('info', 'Tool processing data')
    await delay(pauseMs)
    await mcpReq.log('info', 'Tool execution completed')
    return answer('Tool with logging executed successfully')
  })

  server.registerTool('test_logging_tool', { description: 'Logs once' }, async ({ mcpReq }) => {
    await mcpReq.log('info', 'Only for clients that asked for a log level')
    return answer('Logged')
  })

  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports progress three times' },
    async ({ mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken
      for (const progress of [0, 50, 100]) {
        if (progress > 0) await delay(pauseMs)
        if (progressToken === undefined) continue
        const params = { progressToken, progress, total: 100 }
        await mcpReq.notify({ method: 'notifications/progress', params })
      }
      return answer('Tool with progress executed successfully')
    },
  )

  server.registerTool('test_reconnection', { description: 'Closes its stream before it answers' }, async ({ http }) => {
    http?.closeSSE?.()
    await delay(2 * pauseMs)
    return answer('Answered after the stream was closed')
  })
}
