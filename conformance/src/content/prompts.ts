import { redPixelPng } from './media.ts'
import type { Content } from './tools.ts'

/** A prompt's messages, all spoken by the user. */
export type Messages = { messages: { role: 'user'; content: Content }[] }

/** What `test_simple_prompt` answers. */
export function simple(): Messages {
  return said({ type: 'text', text: 'This is a simple prompt for testing.' })
}

/** What `test_prompt_with_arguments` answers. */
export function withArguments(arg1: string, arg2: string): Messages {
  return said({ type: 'text', text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` })
}

/** What `test_prompt_with_embedded_resource` answers. */
export function withResource(uri: string): Messages {
  return said(
    { type: 'resource', resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' } },
    { type: 'text', text: 'Please process the embedded resource above.' },
  )
}

/** What `test_prompt_with_image` answers. */
export function withImage(): Messages {
  return said(
    { type: 'image', data: redPixelPng, mimeType: 'image/png' },
    { type: 'text', text: 'Please analyze the image above.' },
  )
}

/** Completions of a prompt argument. */
export function suggestions(value: string): string[] {
  return ['paris', 'park', 'party', 'test', 'testing'].filter((word) => word.startsWith(value))
}

/** User messages with this content. */
export function said(...content: Content[]): Messages {
  return { messages: content.map((block) => ({ role: 'user', content: block })) }
}
