import type { McpServer, ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { choicesForm, contactForm, defaultsForm, type Form } from '../content/forms.ts'
import { answer } from '../content/tools.ts'

/** Registers the tools that ask a client of the 2025 eras for a completion or for user input while they run. */
export function registerClientRequests(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks the client for a completion', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const messages = [{ role: 'user', content: { type: 'text', text: prompt } }]
      const { content } = await mcpReq.send({ method: 'sampling/createMessage', params: { messages, maxTokens: 100 } })
      const isText = !Array.isArray(content) && content.type === 'text'
      return answer(`LLM response: ${isText ? content.text : JSON.stringify(content)}`)
    },
  )

  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user for a contact', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, context) => answer(`User response: ${await elicit(context, message, contactForm)}`),
  )

  server.registerTool(
    'test_elicitation_sep1034_defaults',
    { description: 'Asks the user with default values' },
    async (context) => answer(`Elicitation completed: ${await elicit(context, 'Please review', defaultsForm)}`),
  )

  server.registerTool('test_elicitation_sep1330_enums', { description: 'Asks the user to choose' }, async (context) =>
    answer(`Elicitation completed: ${await elicit(context, 'Please choose', choicesForm)}`),
  )
}

async function elicit({ mcpReq }: ServerContext, message: string, requestedSchema: Form): Promise<string> {
  const { action, content } = await mcpReq.send({ method: 'elicitation/create', params: { message, requestedSchema } })
  return `action=${action}, content=${JSON.stringify(content ?? {})}`
}
