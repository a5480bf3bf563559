import { redPixelPng, silentWav } from './media.ts'

/** A content block, in the part of the protocol that both SDK lines type alike. */
export type Content =
  | { type: 'text'; text: string }
  | { type: 'image'; data: string; mimeType: string }
  | { type: 'audio'; data: string; mimeType: string }
  | { type: 'resource'; resource: { uri: string; mimeType: string; text: string } }

/** A tool without arguments that always answers the same. */
export interface PlainTool {
  readonly name: string
  readonly description: string
  readonly content: Content[]
}

/** The fixed tools of both suites whose answer is a constant. */
export const plainTools: readonly PlainTool[] = [
  {
    name: 'test_simple_text',
    description: 'Answers one text block',
    content: [text('This is a simple text response for testing.')],
  },
  {
    name: 'test_image_content',
    description: 'Answers one image block',
    content: [{ type: 'image', data: redPixelPng, mimeType: 'image/png' }],
  },
  {
    name: 'test_audio_content',
    description: 'Answers one audio block',
    content: [{ type: 'audio', data: silentWav, mimeType: 'audio/wav' }],
  },
  {
    name: 'test_embedded_resource',
    description: 'Answers one embedded resource',
    content: [resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  },
  {
    name: 'test_multiple_content_types',
    description: 'Answers a text, an image and a resource',
    content: [
      text('Multiple content types test:'),
      { type: 'image', data: redPixelPng, mimeType: 'image/png' },
      resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  },
]

/** The tool result that consists of one text block. */
export function answer(value: string): { content: Content[] } {
  return { content: [text(value)] }
}

function text(value: string): Content {
  return { type: 'text', text: value }
}

function resource(uri: string, mimeType: string, value: string): Content {
  return { type: 'resource', resource: { uri, mimeType, text: value } }
}
