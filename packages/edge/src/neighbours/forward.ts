import { request as ask } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { notFound, refusalBody, unavailable } from '../http/refusal.ts'
import type { Refusal } from '../http/refusal.ts'
import { jsonType } from '../http/reply.ts'

/**
 * Has the process at `path` answer a request: what comes goes there, and what it answers goes back, each as it comes, so
 * that a stream stays one.
 *
 * @param path of a socket
 * @param onEnd runs when nobody is connected for it any more
 */
export const forward = (path: string, request: IncomingMessage, response: ServerResponse, onEnd: () => void): void => {
  const { method, url } = request
  // A connection for each: one that is kept may be hung up on by the other side just when it is wanted.
  const passed = ask({ socketPath: path, method, path: url, headers: ownHeaders(request.rawHeaders), agent: false })
  passed.on('response', (answer) => {
    response.writeHead(answer.statusCode as number, answer.statusMessage, ownHeaders(answer.rawHeaders))
    // A stream begins before it says anything.
    response.flushHeaders()
    answer.pipe(response)
    answer.on('error', () => response.destroy())
  })
  passed.on('error', (error: NodeJS.ErrnoException) => {
    if (response.headersSent) response.destroy()
    else refuse(request, response, isGone(error) ? notFound : broken)
  })
  response.on('close', () => {
    passed.destroy()
    onEnd()
  })
  request.pipe(passed)
}

const refuse = (request: IncomingMessage, response: ServerResponse, refusal: Refusal): void => {
  request.resume()
  const { status, headers = [] } = refusal
  response.writeHead(status, [...jsonType, ...headers]).end(refusalBody(refusal))
}

/** Nobody listens there: its sessions have ended with it. */
const isGone = ({ code }: NodeJS.ErrnoException): boolean => code === 'ENOENT' || code === 'ECONNREFUSED'

const broken: Refusal = unavailable('The process that has the session has ended: begin another one.', 1)

/** All but those of the connection itself (RFC 9110, 7.6.1), as they came: names and values in turn. */
const ownHeaders = (raw: readonly string[]): string[] => {
  const named = new Set(connectionHeaders)
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]!.toLowerCase() !== 'connection') continue
    for (const name of raw[at + 1]!.split(',')) named.add(name.trim().toLowerCase())
  }
  return raw.filter((_, at) => !named.has(raw[at - (at % 2)]!.toLowerCase()))
}

// Node frames the body anew: by the length that the headers say, or in chunks.
const connectionHeaders: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]
