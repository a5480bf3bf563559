import type { Wire } from './line.ts'

/** The client's end of an in-memory transport. */
export interface Transport {
  onmessage?: ((message: never) => void) | undefined
  start(): Promise<void>
  send(message: never): Promise<void>
}

interface Reply {
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

/** Shakes hands over a transport and gives a driver for one request at a time. */
export const wire = async (near: Transport): Promise<Wire> => {
  let settle: (reply: Reply) => void = () => {}
  let id = 0
  const send = (message: object) => near.send({ jsonrpc: '2.0', ...message } as never)
  near.onmessage = (message: Reply) => settle(message)
  await near.start()
  const request: Wire = (method, params) =>
    new Promise((resolve, reject) => {
      settle = ({ result, error }) => (result === undefined ? reject(new Error(error?.message)) : resolve(result))
      id += 1
      void send({ id, method, params })
    })
  await request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1.0.0' },
  })
  await send({ method: 'notifications/initialized' })
  return request
}
