import { acceptedContent, completable, inputRequired, type McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { said, simple, suggestions, withArguments, withImage, withResource } from '../content/prompts.ts'

const contextForm = z.object({ context: z.string() })

/** Registers the fixed prompts; the first argument of one of them completes, another one asks before it answers. */
export function registerPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'A prompt without arguments' }, simple)

  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'A prompt with two arguments',
      argsSchema: z.object({
        arg1: completable(z.string().describe('First test argument'), suggestions),
        arg2: z.string().describe('Second test argument'),
      }),
    },
    ({ arg1, arg2 }) => withArguments(arg1, arg2),
  )

  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    {
      description: 'A prompt that embeds a resource',
      argsSchema: z.object({ resourceUri: z.string().describe('URI of the resource to embed') }),
    },
    ({ resourceUri }) => withResource(resourceUri),
  )

  server.registerPrompt('test_prompt_with_image', { description: 'A prompt with an image' }, withImage)

  server.registerPrompt('test_input_required_result_prompt', { description: 'Asks for context' }, ({ mcpReq }) => {
    const given = acceptedContent(mcpReq.inputResponses, 'user_context', contextForm)
    if (given) return said({ type: 'text', text: `Prompt with context: ${given.context}` })
    const message = 'What context should the prompt use?'
    const user_context = inputRequired.elicit({ message, requestedSchema: contextForm })
    return inputRequired({ inputRequests: { user_context } })
  })
}
