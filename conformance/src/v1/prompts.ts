import { completable } from '@modelcontextprotocol/sdk/server/completable.js'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { simple, suggestions, withArguments, withImage, withResource } from '../content/prompts.ts'

/** Registers the fixed prompts; the first argument of one of them completes. */
export function registerPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'A prompt without arguments' }, simple)

  const argsSchema = {
    arg1: completable(z.string().describe('First test argument'), suggestions),
    arg2: z.string().describe('Second test argument'),
  }
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'A prompt with two arguments', argsSchema },
    ({ arg1, arg2 }) => withArguments(arg1, arg2),
  )

  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    {
      description: 'A prompt that embeds a resource',
      argsSchema: { resourceUri: z.string().describe('URI of the resource to embed') },
    },
    ({ resourceUri }) => withResource(resourceUri),
  )

  server.registerPrompt('test_prompt_with_image', { description: 'A prompt with an image' }, withImage)
}
