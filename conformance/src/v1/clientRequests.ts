import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import {
  CreateMessageResultSchema,
  ElicitResultSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { choicesForm, contactForm, defaultsForm, type Form } from '../content/forms.ts'
import { answer } from '../content/tools.ts'

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>

/** Registers the tools that ask the client for a completion or for user input while they run. */
export function registerClientRequests(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks the client for a completion', inputSchema: { prompt: z.string() } },
    async ({ prompt }, extra) => {
      const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }]
      const request = { method: 'sampling/createMessage' as const, params: { messages, maxTokens: 100 } }
      const { content } = await extra.sendRequest(request, CreateMessageResultSchema)
      return answer(`LLM response: ${content.type === 'text' ? content.text : content.type}`)
    },
  )

  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user for a contact', inputSchema: { message: z.string() } },
    async ({ message }, extra) => answer(`User response: ${await elicit(extra, message, contactForm)}`),
  )

  server.registerTool(
    'test_elicitation_sep1034_defaults',
    { description: 'Asks the user with default values' },
    async (extra) => answer(`Elicitation completed: ${await elicit(extra, 'Please review', defaultsForm)}`),
  )

  server.registerTool('test_elicitation_sep1330_enums', { description: 'Asks the user to choose' }, async (extra) =>
    answer(`Elicitation completed: ${await elicit(extra, 'Please choose', choicesForm)}`),
  )
}

async function elicit(extra: Extra, message: string, requestedSchema: Form): Promise<string> {
  const request = { method: 'elicitation/create' as const, params: { message, requestedSchema } }
  const { action, content } = await extra.sendRequest(request, ElicitResultSchema)
  return `action=${action}, content=${JSON.stringify(content ?? {})}`
}
