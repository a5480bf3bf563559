import type { WebTransport } from '../handover/stateless.ts'

/** What passes through a transport that a server is connected to. */
interface Passing {
  onmessage?: ((message: Message, extra?: unknown) => void) | undefined
  send(message: Message, options?: unknown): Promise<void>
}

interface Message {
  readonly id?: unknown
  readonly method?: string
  readonly params?: { readonly requestId?: unknown }
}

/**
 * The calls of a session that are neither answered nor cancelled, whether or not their client still listens: under the
 * SDKs they go on without it.
 *
 * @param transport one that the session's server is connected to
 * @param onNone runs when the last of them has ended
 */
export const runningCalls = (transport: WebTransport, onNone: () => void): ReadonlySet<unknown> => {
  const running = new Set<unknown>()
  const end = (id: unknown) => {
    if (running.delete(id) && running.size === 0) onNone()
  }
  const passing = transport as unknown as Passing
  const { onmessage } = passing
  const send = passing.send.bind(transport)
  passing.onmessage = (message, extra) => {
    if (message.method !== undefined && message.id !== undefined) running.add(message.id)
    onmessage?.(message, extra)
    if (message.method === 'notifications/cancelled') end(message.params?.requestId)
  }
  passing.send = (message, options) => {
    if (message.method === undefined) end(message.id)
    return send(message, options)
  }
  return running
}
