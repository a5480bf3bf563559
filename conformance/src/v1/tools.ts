import { setTimeout as delay } from 'node:timers/promises'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
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

  // The tools below notify while they run. They are not declared read-only: a stored answer has nothing to report.
  server.registerTool('test_tool_with_logging', { description: 'Logs three times' }, async (extra) => {
    const log = (data: string): Promise<void> =>
      extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data } })
    await log('Tool execution started')
    await delay(pauseMs)
    await log('Tool processing data')
    await delay(pauseMs)
    await log('Tool execution completed')
    return answer('Tool with logging executed successfully')
  })

  server.registerTool('test_tool_with_progress', { description: 'Reports progress three times' }, async (extra) => {
    const progressToken = extra._meta?.progressToken
    for (const progress of [0, 50, 100]) {
      if (progress > 0) await delay(pauseMs)
      if (progressToken === undefined) continue
      const params = { progressToken, progress, total: 100 }
      await extra.sendNotification({ method: 'notifications/progress', params })
    }
    return answer('Tool with progress executed successfully')
  })

  server.registerTool('test_reconnection', { description: 'Closes its stream before it answers' }, async (extra) => {
    extra.closeSSEStream?.()
    await delay(2 * pauseMs)
    return answer('Answered after the stream was closed')
  })
}
