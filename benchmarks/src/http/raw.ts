import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** The least that an answer in JSON costs: the body parsed, an answer of the same shape written. */
export const raw = (textOf: (input: { readonly text: string }) => string): RequestListener =>
  answering(({ id, params }, response) => {
    const content = [{ type: 'text', text: textOf(params.arguments) }]
    const body = JSON.stringify({ jsonrpc: '2.0', id, result: { content } })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })

/** The least that any answer costs: the body read and looked at by nobody, the same text written again and again. */
export const rawUnread = (text: string): RequestListener => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, result: { content: [{ type: 'text', text }] } })
  const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body))]
  return (request, response) => {
    request.on('readable', () => {
      request.read()
      if (request.complete && !response.headersSent) response.writeHead(200, headers).end(body)
    })
  }
}

/** The same, but each answer is held back for so long: how busy the machine is hardly matters to who waits. */
export const rawAfter = (ms: number, textOf: (input: { readonly text: string }) => string): RequestListener => {
  const answer = raw(textOf)
  return (request, response) => void setTimeout(() => answer(request, response), ms)
}

/** The least that a long answer costs: the body parsed, the bytes of a result that never changes written, uncopied. */
export const rawConstant = (result: object): RequestListener => {
  const end = Buffer.from(`,"result":${JSON.stringify(result)}}`)
  return answering(({ id }, response) => {
    const start = `{"jsonrpc":"2.0","id":${id}`
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': start.length + end.length })
    response.cork()
    response.write(start, 'latin1')
    response.end(end)
  })
}

interface Message {
  readonly id: number
  readonly params: { readonly arguments: { readonly text: string } }
}

const answering =
  (answer: (message: Message, response: ServerResponse) => void): RequestListener =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(JSON.parse(Buffer.concat(chunks).toString()) as Message, response))
  }
