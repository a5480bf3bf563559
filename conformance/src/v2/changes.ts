import type { McpServer, ServerNotifier } from '@modelcontextprotocol/server'
import { simple } from '../content/prompts.ts'
import { answer } from '../content/tools.ts'

/** What the tools below add and remove; it outlives a server, which serves one request only. */
export interface Catalogue {
  hasExtraTool: boolean
  hasExtraPrompt: boolean
}

/** Registers the two tools that change what the server offers and tell every subscriber so. */
export function registerChanges(server: McpServer, catalogue: Catalogue, notifier: () => ServerNotifier): void {
  if (catalogue.hasExtraTool) {
    server.registerTool('test_extra_tool', { description: 'Comes and goes' }, () => answer('Still here'))
  }
  if (catalogue.hasExtraPrompt) {
    server.registerPrompt('test_extra_prompt', { description: 'Comes and goes' }, simple)
  }

  server.registerTool('test_trigger_tool_change', { description: 'Adds or removes a tool' }, () => {
    catalogue.hasExtraTool = !catalogue.hasExtraTool
    notifier().toolsChanged()
    return answer('Tools changed')
  })

  server.registerTool('test_trigger_prompt_change', { description: 'Adds or removes a prompt' }, () => {
    catalogue.hasExtraPrompt = !catalogue.hasExtraPrompt
    notifier().promptsChanged()
    return answer('Prompts changed')
  })
}
