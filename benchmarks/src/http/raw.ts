import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** The least that an answer in JSON costs: the body parsed, an answer of the same shape written. */
export const raw = (textOf: (input: { readonly text: string }) => string): RequestListener =>
  answering(({ id, params }) => {
    const content = [{ type: 'text', text: textOf(params.arguments) }]
    const body = JSON.stringify({ jsonrpc: '2.0', id, result: { content } })
    return [Buffer.byteLength(body), body]
  })

/** The same, but each answer is held back for so long: how busy the machine is hardly matters to who waits. */
export const rawAfter = (ms: number, textOf: (input: { readonly text: string }) => string): RequestListener => {
  const answer = raw(textOf)
  return (request, response) => void setTimeout(() => answer(request, response), ms)
}

/** The least that a long answer costs: the body parsed, the bytes of a result that never changes written. */
export const rawConstant = (result: object): RequestListener => {
  const end = Buffer.from(`,"result":${JSON.stringify(result)}}`)
  return answering(({ id }) => {
    const body = Buffer.concat([Buffer.from(`{"jsonrpc":"2.0","id":${id}`), end])
    return [body.byteLength, body]
  })
}

interface Message {
  readonly id: number
  readonly params: { readonly arguments: { readonly text: string } }
}

const answering =
  (answerTo: (message: Message) => readonly [bytes: number, body: string | Buffer]): RequestListener =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const [bytes, body] = answerTo(JSON.parse(Buffer.concat(chunks).toString()) as Message)
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes })
      response.end(body)
    })
  }
