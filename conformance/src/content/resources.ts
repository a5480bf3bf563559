import { redPixelPng } from './media.ts'

/** A resource at a fixed URI: text, or a base64 blob. */
export interface PlainResource {
  readonly name: string
  readonly uri: string
  readonly description: string
  readonly mimeType: string
  readonly body: { text: string } | { blob: string }
}

/** The resource whose subscription the suites ask for. */
export const watchedUri = 'test://watched-resource'

/** The fixed resources of both suites. */
export const plainResources: readonly PlainResource[] = [
  {
    name: 'static-text',
    uri: 'test://static-text',
    description: 'A static text',
    mimeType: 'text/plain',
    body: { text: 'This is the content of the static text resource.' },
  },
  {
    name: 'static-binary',
    uri: 'test://static-binary',
    description: 'A static image',
    mimeType: 'image/png',
    body: { blob: redPixelPng },
  },
  {
    name: 'watched-resource',
    uri: watchedUri,
    description: 'A text that can be subscribed to',
    mimeType: 'text/plain',
    body: { text: 'Watched resource content.' },
  },
]

/** The template of both suites, and what it answers for one id. */
export const template = {
  name: 'template',
  uri: 'test://template/{id}/data',
  description: 'Data for an id',
  mimeType: 'application/json',
  body: (id: string): string => JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
}
